with

balances as (
    select * from {{ ref('int_arrangement_balances') }}
),

schedules as (
    select * from {{ ref('int_arrangement_schedules') }}
),

arrangement_items as (
    select * from {{ ref('int_arrangement_items') }}
),

allocations as (
    select
        credit_no,
        item_no,
        allocated_amount
    from {{ ref('int_allocations') }}
),

credits as (
    select
        credit_no,
        credited_on
    from {{ ref('int_credits_identified') }}
),

breached as (
    select * from balances
    where status = 'breached'
),

counted_items as (
    select
        arrangement_id,
        item_no,
        amount
    from arrangement_items
    where not is_later_adjustment
),

starting_balances as (
    select
        arrangement_id,
        sum(amount) as amount
    from counted_items
    group by arrangement_id
),

-- What moved actual less expected, and when: an instalment becomes expected, a credit arrives.
changes as (
    select
        arrangement_id,
        date '0001-01-01' as changed_on,
        cast(0 as decimal(18, 2)) as expected_change,
        amount as actual_change
    from starting_balances
    union all
    select
        schedules.arrangement_id,
        {{ add_days('schedules.due_on', 'breached.tolerance_days') }} as changed_on,
        schedules.amount as expected_change,
        cast(0 as decimal(18, 2)) as actual_change
    from schedules
    inner join breached on schedules.arrangement_id = breached.arrangement_id
    union all
    select
        counted_items.arrangement_id,
        credits.credited_on as changed_on,
        cast(0 as decimal(18, 2)) as expected_change,
        -allocations.allocated_amount as actual_change
    from counted_items
    inner join allocations on counted_items.item_no = allocations.item_no
    inner join credits on allocations.credit_no = credits.credit_no
),

days as (
    select
        changes.arrangement_id,
        changes.changed_on,
        breached.agreed_on,
        breached.total_amount,
        breached.tolerance_amount,
        sum(changes.expected_change) as expected_change,
        sum(changes.actual_change) as actual_change
    from changes
    inner join breached on changes.arrangement_id = breached.arrangement_id
    where changes.changed_on <= breached.as_of_date
    group by
        changes.arrangement_id,
        changes.changed_on,
        breached.agreed_on,
        breached.total_amount,
        breached.tolerance_amount
),

judged_days as (
    select
        arrangement_id,
        changed_on,
        agreed_on,
        sum(actual_change) over (
            partition by arrangement_id order by changed_on nulls last
            rows between unbounded preceding and current row
        ) > greatest(total_amount - sum(expected_change) over (
            partition by arrangement_id order by changed_on nulls last
            rows between unbounded preceding and current row
        ), 0) + tolerance_amount as is_breached
    from days
),

spells as (
    select
        judged_days.*,
        max(case when not is_breached then changed_on end)
            over (partition by arrangement_id) as last_kept_on
    from judged_days
),

first_days as (
    select
        arrangement_id,
        greatest(min(changed_on), max(agreed_on)) as breached_on
    from spells
    where is_breached and (last_kept_on is null or changed_on > last_kept_on)
    group by arrangement_id
)

select * from first_days
