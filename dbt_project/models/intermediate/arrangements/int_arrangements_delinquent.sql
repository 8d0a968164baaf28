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

items as (
    select
        item_no,
        debtor_id,
        debt_date
    from {{ ref('int_debit_items') }}
),

holds as (
    select * from {{ ref('int_holds_reached') }}
),

oldest_unmet as (
    select
        balances.arrangement_id,
        balances.debtor_id,
        balances.as_of_date,
        balances.tolerance_days,
        min(schedules.due_on) as oldest_due_on
    from balances
    inner join schedules on balances.arrangement_id = schedules.arrangement_id
    where
        balances.status in ('live', 'breached')
        and schedules.cumulative_amount > balances.paid_to_date
        and schedules.due_on < balances.as_of_date
    group by
        balances.arrangement_id,
        balances.debtor_id,
        balances.as_of_date,
        balances.tolerance_days
),

-- Holds that name the arrangement, cover the whole debtor, or protect a person who owes one of its
-- invoices.
holds_on_arrangements as (
    select
        oldest_unmet.arrangement_id,
        holds.starts_on,
        holds.ends_on
    from oldest_unmet
    inner join holds on oldest_unmet.arrangement_id = holds.arrangement_id
    where not holds.is_protective
    union all
    select
        oldest_unmet.arrangement_id,
        holds.starts_on,
        holds.ends_on
    from oldest_unmet
    inner join holds on oldest_unmet.debtor_id = holds.reached_debtor_id
    where not holds.is_protective
    union all
    select
        oldest_unmet.arrangement_id,
        holds.starts_on,
        holds.ends_on
    from oldest_unmet
    inner join arrangement_items
        on oldest_unmet.arrangement_id = arrangement_items.arrangement_id
    inner join items on arrangement_items.item_no = items.item_no
    inner join holds on items.debtor_id = holds.reached_debtor_id
    where
        holds.is_protective
        and (holds.order_date is null or items.debt_date <= holds.order_date)
),

days_held_each as (
    select
        holds_on_arrangements.arrangement_id,
        greatest({{ add_days('holds_on_arrangements.starts_on', -1) }}, oldest_unmet.oldest_due_on)
            as held_after,
        least(
            coalesce(holds_on_arrangements.ends_on, oldest_unmet.as_of_date),
            oldest_unmet.as_of_date
        ) as held_until
    from holds_on_arrangements
    inner join oldest_unmet on holds_on_arrangements.arrangement_id = oldest_unmet.arrangement_id
),

-- Overlapping days count once: each interval adds only the days after every interval before it.
days_added as (
    select
        arrangement_id,
        held_until,
        greatest(
            held_after,
            coalesce(max(held_until) over (
                partition by arrangement_id order by held_after nulls last, held_until nulls last
                rows between unbounded preceding and 1 preceding
            ), held_after)
        ) as held_after
    from days_held_each
    where held_until > held_after
),

days_held as (
    select
        arrangement_id,
        sum(greatest({{ days_between('held_after', 'held_until') }}, 0)) as held_days
    from days_added
    group by arrangement_id
),

delinquent as (
    select
        oldest_unmet.arrangement_id,
        {{ days_between('oldest_unmet.oldest_due_on', 'oldest_unmet.as_of_date') }}
            as days_past_due,
        greatest(
            {{ days_between('oldest_unmet.oldest_due_on', 'oldest_unmet.as_of_date') }}
            - oldest_unmet.tolerance_days - coalesce(days_held.held_days, 0),
            0
        ) as delinquent_days
    from oldest_unmet
    left join days_held on oldest_unmet.arrangement_id = days_held.arrangement_id
)

select * from delinquent
