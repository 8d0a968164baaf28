with

balances as (
    select * from {{ ref('int_arrangement_balances') }}
    where status != 'not_evaluated'
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

-- Changes in actual less expected, by day: an instalment becomes expected, a credit arrives.
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
        {{ add_days('schedules.due_on', 'balances.tolerance_days') }} as changed_on,
        schedules.amount as expected_change,
        cast(0 as decimal(18, 2)) as actual_change
    from schedules
    inner join balances on schedules.arrangement_id = balances.arrangement_id
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
        balances.agreed_on,
        balances.total_amount,
        balances.tolerance_amount,
        balances.status,
        sum(changes.expected_change) as expected_change,
        sum(changes.actual_change) as actual_change
    from changes
    inner join balances on changes.arrangement_id = balances.arrangement_id
    where changes.changed_on <= balances.as_of_date
    group by
        changes.arrangement_id,
        changes.changed_on,
        balances.agreed_on,
        balances.total_amount,
        balances.tolerance_amount,
        balances.status
),

judged_days as (
    select
        arrangement_id,
        changed_on,
        agreed_on,
        status,
        sum(actual_change) over (
            partition by arrangement_id order by changed_on nulls last
            rows between unbounded preceding and current row
        ) > greatest(total_amount - sum(expected_change) over (
            partition by arrangement_id order by changed_on nulls last
            rows between unbounded preceding and current row
        ), 0) + tolerance_amount as is_breached
    from days
),

with_the_day_before as (
    select
        judged_days.*,
        coalesce(lag(is_breached) over (
            partition by arrangement_id order by changed_on nulls last
        ), false) as was_breached
    from judged_days
),

-- A breach starts and ends in turn, so the next change is the opposite one.
turns as (
    select
        with_the_day_before.*,
        lead(changed_on) over (
            partition by arrangement_id order by changed_on nulls last
        ) as turned_on
    from with_the_day_before
    where is_breached != was_breached
),

final as (
    select
        arrangement_id,
        greatest(changed_on, agreed_on) as breached_on,
        turned_on as kept_again_on,
        status = 'breached' and turned_on is null as is_todays
    from turns
    where is_breached and (turned_on is null or turned_on > agreed_on)
)

select * from final
