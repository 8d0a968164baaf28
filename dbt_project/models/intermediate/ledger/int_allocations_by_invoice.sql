with

credits as (
    select * from {{ ref('int_credits_identified') }}
),

items as (
    select
        item_no,
        queue_invoice_id,
        amount
    from {{ ref('int_debit_items') }}
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

-- Step 2, credits that name an invoice, comes before step 3, receipts whose reference is one.
credits_offered as (
    select
        target_invoice_id as pool,
        case when identified_by = 'named' then 2 else 3 end as step,
        credit_no,
        credited_on,
        type_order,
        credit_id,
        amount_after_feed as amount
    from credits
    where target_invoice_id is not null
),

debits as (
    select
        items.queue_invoice_id as pool,
        items.item_no,
        items.amount - coalesce(settled_by_feed.allocated_amount, 0) as amount
    from items
    left join settled_by_feed on items.item_no = settled_by_feed.item_no
    where items.queue_invoice_id is not null
),

settled as (
    {{ settled_in_order(
        'credits_offered',
        'debits',
        credit_order='step nulls last, ' ~ order_of_credits()
    ) }}
),

ruled as (
    select
        settled.credit_no,
        settled.item_no,
        settled.allocated_amount,
        case when credits.identified_by = 'named' then 'named' else 'reference' end
            as allocation_rule
    from settled
    inner join credits on settled.credit_no = credits.credit_no
)

select * from ruled
