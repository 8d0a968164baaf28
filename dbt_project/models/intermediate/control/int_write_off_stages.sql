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

invoices as (
    select
        invoice_id,
        debtor_id,
        own_due_date
    from {{ ref('int_invoices') }}
),

actions as (
    select
        action_id,
        debtor_id,
        invoice_id,
        action_code,
        acted_on,
        outcome_code
    from {{ ref('stg_case_actions') }}
),

action_invoices as (
    select
        action_id,
        invoice_id
    from {{ ref('stg_case_action_invoices') }}
),

actions_that_list as (
    select action_id from {{ ref('stg_case_actions_that_list') }}
),

timetable as (
    select * from {{ ref('stg_policy__recovery_timetable') }}
),

actions_counted as (
    select * from actions
    where outcome_code is null or outcome_code not in ('failed', 'returned', 'withdrawn')
),

-- A stage is done for the invoice that the action names or lists, else for all that were past due.
stages_done as (
    select
        invoice_id,
        action_code
    from actions_counted
    where invoice_id is not null
    union all
    select
        action_invoices.invoice_id,
        actions_counted.action_code
    from actions_counted
    inner join action_invoices on actions_counted.action_id = action_invoices.action_id
    union all
    select
        invoices.invoice_id,
        actions_counted.action_code
    from actions_counted
    inner join invoices
        on
            actions_counted.debtor_id = invoices.debtor_id
            and actions_counted.acted_on > invoices.own_due_date
    left join actions_that_list on actions_counted.action_id = actions_that_list.action_id
    where actions_counted.invoice_id is null and actions_that_list.action_id is null
),

-- The order of the stages is that of every timetable: a debt type without one has its stages too.
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
        max(stages.sort_order) as sort_order
    from requests
    inner join stages_done on requests.invoice_id = stages_done.invoice_id
    inner join stages
        on requests.request_id = stages.request_id and stages_done.action_code = stages.stage
    group by requests.request_id
),

judged as (
    select
        requests.request_id,
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
