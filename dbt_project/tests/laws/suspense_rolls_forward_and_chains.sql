-- Opening balance and movements give the closing balance, each month opens with the closing balance
-- of the month before, and the last month closes with the items in suspense.
with

roll_forward as (
    select
        period_start,
        period_end,
        as_of_date,
        opening_balance,
        received + identifications + reversals + refunds as net_movement,
        closing_balance,
        difference,
        lag(closing_balance) over (order by period_start nulls last) as previous_closing_balance
    from {{ ref('suspense_roll_forward') }}
),

suspense as (
    select coalesce(sum(amount), 0) as amount
    from {{ ref('suspense') }}
),

last_closing as (
    select coalesce(sum(closing_balance), 0) as amount
    from roll_forward
    where period_end = as_of_date
),

breaches as (
    select cast(period_start as string) as breach
    from roll_forward
    where
        difference != 0
        or opening_balance + net_movement != closing_balance
        or opening_balance != coalesce(previous_closing_balance, 0)
    union all
    select 'closing balance' as breach
    from suspense
    cross join last_closing
    where suspense.amount != last_closing.amount
)

select * from breaches
