-- The review has every credit note and negative adjustment of twelve months, and nothing else.
with

movements as (
    select * from {{ ref('ledger_movements') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

told as (
    select credit_amount as amount from {{ ref('credits_review') }}
),

moved as (
    select movements.amount
    from movements
    cross join position
    where
        movements.effective_on
        between {{ add_days(add_months('position.as_of_date', -12), 1) }} and position.as_of_date
        and (
            movements.movement_type = 'credit_note'
            or (movements.movement_type = 'adjustment' and movements.amount < 0)
        )
),

both_sides as (
    select * from told
    union all
    select * from moved
)

select sum(amount) as difference
from both_sides
having sum(amount) != 0
