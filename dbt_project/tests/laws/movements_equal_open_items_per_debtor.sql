-- A debtor's balance, the sum of its movements, is the sum of its open items.
with

movements as (
    select
        debtor_id,
        amount
    from {{ ref('ledger_movements') }}
    where debtor_id is not null
),

open_items as (
    select
        debtor_id,
        outstanding_amount
    from {{ ref('open_items') }}
),

differences as (
    select
        debtor_id,
        sum(amount) as difference
    from (
        select
            debtor_id,
            amount
        from movements
        union all
        select
            debtor_id,
            -outstanding_amount as amount
        from open_items
    ) as both_sides
    group by debtor_id
    having sum(amount) != 0
)

select * from differences
