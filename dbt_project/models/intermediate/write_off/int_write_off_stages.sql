with

requests as (
    select
        request_id,
        invoice_id,
        debtor_id,
        debt_type,
        amount,
        judged_on
    from {{ ref('int_write_off_requests') }}
),

reasons as (
    select
        request_id,
        minimum_stage,
        stage_waived_below_minimum
    from {{ ref('int_write_off_reasons') }}
),

stages_done as (
    select
        invoice_id,
        stage
    from {{ ref('int_stages_done') }}
),

timetable as (
    select * from {{ ref('stg_policy__recovery_timetable') }}
    where usage = 'used' and party_type is null
),

-- The order of stages is taken from all timetables, so that a debt type without one has an order
-- too.
stages as (
    select
        requests.request_id,
        timetable.stage,
        min(timetable.sort_order) as sort_order,
        coalesce(
            max(
                case
                    when timetable.debt_type = requests.debt_type then timetable.minimum_balance
                end
            ),
            min(timetable.minimum_balance)
        ) as minimum_balance
    from requests
    inner join timetable on {{ policy_in_force('timetable', 'requests.judged_on') }}
    group by
        requests.request_id,
        timetable.stage
),

furthest as (
    select
        requests.request_id,
        max(stages.sort_order) as sort_order,
        max_by(stages.stage, stages.sort_order) as furthest_stage
    from requests
    inner join stages_done on requests.invoice_id = stages_done.invoice_id
    inner join stages
        on requests.request_id = stages.request_id and stages_done.stage = stages.stage
    group by requests.request_id
),

judged as (
    select
        requests.request_id,
        reasons.minimum_stage,
        furthest.furthest_stage,
        reasons.minimum_stage is null
        or coalesce(furthest.sort_order >= stages.sort_order, false)
        or coalesce(
            reasons.stage_waived_below_minimum and requests.amount < stages.minimum_balance, false
        ) as is_stage_reached
    from requests
    inner join reasons on requests.request_id = reasons.request_id
    left join stages
        on requests.request_id = stages.request_id and reasons.minimum_stage = stages.stage
    left join furthest on requests.request_id = furthest.request_id
)

select * from judged
