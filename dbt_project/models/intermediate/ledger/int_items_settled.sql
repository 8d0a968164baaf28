{{ config(
    materialized="kept",
    pre_hook="{{ forget_numbers_gone('item_no', 'int_debit_items') }}"
) }}

with

items as (
    select
        item_no,
        amount
    from {{ ref('int_debit_items') }}
    where {{ is_in_hand('item_no') }}
),

allocations as (
    select
        item_no,
        allocated_amount
    from {{ ref('int_allocations') }}
    where {{ is_in_hand('item_no') }}
),

allocated as (
    select
        item_no,
        sum(allocated_amount) as amount
    from allocations
    group by item_no
),

settled as (
    select
        items.item_no,
        cast(coalesce(allocated.amount, 0) as decimal(18, 2)) as settled_amount,
        cast(items.amount - coalesce(allocated.amount, 0) as decimal(18, 2)) as outstanding_amount
    from items
    left join allocated on items.item_no = allocated.item_no
)

select * from settled
