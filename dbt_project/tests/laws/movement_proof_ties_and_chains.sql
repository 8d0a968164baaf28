-- Opening balance and movements give the closing balance, and each month opens with the closing
-- balance of the month before.
with

movement_proof as (
    select
        debt_type,
        period_start,
        opening_balance,
        closing_balance,
        difference,
        lag(closing_balance) over (
            partition by debt_type order by period_start nulls last
        ) as previous_closing_balance
    from {{ ref('movement_proof') }}
),

breaches as (
    select * from movement_proof
    where difference != 0 or opening_balance != coalesce(previous_closing_balance, 0)
)

select * from breaches
