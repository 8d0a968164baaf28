-- Every open item is in exactly one age band: the bands of a debtor add up to its open items.
with

both_sides as (
    select
        debtor_id,
        outstanding_amount as amount,
        1 as items
    from {{ ref('open_items') }}
    where age_band is not null
    union all
    select
        debtor_id,
        -outstanding_amount as amount,
        -item_count as items
    from {{ ref('aged_debt') }}
),

differences as (
    select
        debtor_id,
        sum(amount) as difference,
        sum(items) as items
    from both_sides
    group by debtor_id
    having sum(amount) != 0 or sum(items) != 0
)

select * from differences
