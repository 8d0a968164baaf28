with

movement_proof as (
    select * from {{ ref('movement_proof') }}
),

-- The opening balance of each period beside the closing balance of the period before; the first
-- period opens at nil.
compared as (
    select
        movement_proof.debt_type,
        movement_proof.period_start,
        movement_proof.period_end = movement_proof.as_of_date as is_last,
        movement_proof.opening_balance,
        movement_proof.closing_balance,
        movement_proof.difference,
        coalesce(lag(movement_proof.closing_balance) over (
            partition by movement_proof.debt_type order by movement_proof.period_start nulls last
        ), 0) as closed_before
    from movement_proof
),

typed as (
    select
        concat_ws('/', cast(period_start as string), coalesce(debt_type, 'none')) as period_id,
        is_last,
        opening_balance,
        closing_balance,
        difference,
        cast(closed_before as decimal(18, 2)) as closed_before
    from compared
)

select * from typed
