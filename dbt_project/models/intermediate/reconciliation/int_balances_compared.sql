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

aged_debt as (
    select
        debtor_id,
        outstanding_amount
    from {{ ref('aged_debt') }}
),

every_amount as (
    select
        debtor_id,
        sum(amount) as ledger_amount,
        0 as open_amount,
        0 as aged_amount
    from movements
    group by debtor_id
    union all
    select
        debtor_id,
        0 as ledger_amount,
        sum(outstanding_amount) as open_amount,
        0 as aged_amount
    from open_items
    group by debtor_id
    union all
    select
        debtor_id,
        0 as ledger_amount,
        0 as open_amount,
        sum(outstanding_amount) as aged_amount
    from aged_debt
    group by debtor_id
),

compared as (
    select
        debtor_id,
        cast(sum(ledger_amount) as decimal(18, 2)) as ledger_amount,
        cast(sum(open_amount) as decimal(18, 2)) as open_amount,
        cast(sum(aged_amount) as decimal(18, 2)) as aged_amount
    from every_amount
    group by debtor_id
)

select * from compared
