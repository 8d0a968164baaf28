with

arrangements as (
    select * from {{ ref('int_arrangements') }}
),

schedules as (
    select * from {{ ref('int_arrangement_schedules') }}
),

arrangement_items as (
    select * from {{ ref('int_arrangement_items') }}
),

items_settled as (
    select
        item_no,
        outstanding_amount
    from {{ ref('int_items_settled') }}
),

arrangement_rules as (
    select * from {{ ref('stg_policy__arrangement_rules') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

tolerances as (
    select
        position.as_of_date,
        {{ figure_of('arrangement_rules', 'tolerance_days', 'bigint') }} as tolerance_days,
        {{ figure_of('arrangement_rules', 'tolerance_amount', 'decimal(18, 2)') }}
            as tolerance_amount
    from position
    inner join arrangement_rules
        on {{ policy_in_force('arrangement_rules', 'position.as_of_date') }}
    group by position.as_of_date
),

-- Open debits of its invoices, without adjustments after the agreement; open credits do not
-- reduce it.
actual as (
    select
        arrangement_items.arrangement_id,
        sum(case
            when arrangement_items.is_later_adjustment then 0
            else items_settled.outstanding_amount
        end) as actual_balance
    from arrangement_items
    inner join items_settled on arrangement_items.item_no = items_settled.item_no
    group by arrangement_items.arrangement_id
),

expected as (
    select
        schedules.arrangement_id,
        count(*) as instalment_count,
        sum(case
            when
                {{ add_days('schedules.due_on', 'tolerances.tolerance_days') }}
                <= tolerances.as_of_date
                then schedules.amount
            else 0
        end) as expected_amount,
        sum(case
            when
                schedules.instalment_no > 0
                and {{ add_days('schedules.due_on', 'tolerances.tolerance_days') }}
                <= tolerances.as_of_date
                then 1
            else 0
        end) as instalments_expected,
        min(case
            when schedules.due_on >= tolerances.as_of_date then schedules.due_on
        end) as next_due_on
    from schedules
    cross join tolerances
    group by schedules.arrangement_id
),

balanced as (
    select
        arrangements.arrangement_id,
        arrangements.debtor_id,
        arrangements.agreed_on,
        arrangements.total_amount,
        arrangements.is_cancelled,
        arrangements.is_superseded,
        tolerances.as_of_date,
        tolerances.tolerance_days,
        tolerances.tolerance_amount,
        expected.next_due_on,
        expected.instalments_expected,
        cast(greatest(arrangements.total_amount - expected.expected_amount, 0) as decimal(18, 2))
            as expected_balance,
        cast(actual.actual_balance as decimal(18, 2)) as actual_balance,
        cast(greatest(arrangements.total_amount - actual.actual_balance, 0) as decimal(18, 2))
            as paid_to_date,
        case
            when actual.actual_balance is null then 'none of its invoices is known'
            when expected.instalment_count is null then 'its schedule cannot be calculated'
        end as reason
    from arrangements
    cross join tolerances
    left join actual on arrangements.arrangement_id = actual.arrangement_id
    left join expected on arrangements.arrangement_id = expected.arrangement_id
),

judged as (
    select
        balanced.*,
        case
            when reason is not null then 'not_evaluated'
            when actual_balance <= 0 then 'completed'
            when is_cancelled then 'cancelled'
            when is_superseded then 'superseded'
            when actual_balance > expected_balance + tolerance_amount then 'breached'
            else 'live'
        end as status
    from balanced
)

select * from judged
