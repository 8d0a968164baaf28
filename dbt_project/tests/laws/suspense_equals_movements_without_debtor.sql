-- Unidentified receipts are in suspense to the penny, and on no debtor's balance.
with

both_sides as (
    select amount from {{ ref('ledger_movements') }}
    where debtor_id is null
    union all
    select amount from {{ ref('suspense') }}
),

difference as (
    select coalesce(sum(amount), 0) as difference
    from both_sides
)

select * from difference
where difference != 0
