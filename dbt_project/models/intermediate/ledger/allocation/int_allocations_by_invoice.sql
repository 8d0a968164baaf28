with

credits as (
    select * from {{ ref('int_credits_identified') }}
    where {{ is_in_hand('credit_no') }}
),

items as (
    select
        item_no,
        queue_place,
        queue_invoice_id,
        amount
    from {{ ref('int_debit_items') }}
    where queue_invoice_id is not null and {{ is_in_hand('item_no') }}
),

feed_allocations as (
    select * from {{ ref('int_allocations_from_feed') }}
),

settled_by_feed as (
    select
        item_no,
        sum(allocated_amount) as allocated_amount
    from feed_allocations
    group by item_no
),

-- Step 2, credits that name an invoice, comes before step 3, receipts whose reference is an
-- invoice.
credits_offered as (
    select
        movement_invoice_id as pool,
        case when identified_by = 'named' then 2 else 3 end as step,
        credit_no,
        credited_on,
        type_order,
        credit_id,
        amount_after_feed as amount
    from credits
    where identified_by in ('named', 'reference_invoice')
),

debits as (
    select
        items.queue_invoice_id as pool,
        items.item_no,
        items.queue_place,
        items.amount - coalesce(settled_by_feed.allocated_amount, 0) as amount
    from items
    left join settled_by_feed on items.item_no = settled_by_feed.item_no
),

settled as (
    {{ settled_in_order(
        'credits_offered',
        'debits',
        credit_order='step nulls last, ' ~ order_of_credits(),
        carried='step'
    ) }}
),

ruled as (
    select
        credit_no,
        item_no,
        allocated_amount,
        case when step = 2 then 'named' else 'reference' end as allocation_rule
    from settled
)

select * from ruled
