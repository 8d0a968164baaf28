with

credits as (
    select * from {{ ref('int_credits_identified') }}
    where target_arrangement_id is not null and {{ is_in_hand('credit_no') }}
),

arrangement_items as (
    select * from {{ ref('int_arrangement_items') }}
    where {{ is_in_hand('item_no') }}
),

invoice_allocations as (
    select
        credit_no,
        allocated_amount
    from {{ ref('int_allocations_by_invoice') }}
),

earlier_allocations as (
    select
        item_no,
        allocated_amount
    from {{ ref('int_allocations_from_feed') }}
    union all
    select
        item_no,
        allocated_amount
    from {{ ref('int_allocations_by_invoice') }}
),

settled_before as (
    select
        arrangement_items.item_no,
        sum(earlier_allocations.allocated_amount) as allocated_amount
    from (select distinct item_no from arrangement_items) as arrangement_items
    inner join earlier_allocations on arrangement_items.item_no = earlier_allocations.item_no
    group by arrangement_items.item_no
),

-- An invoice that several arrangements name is offered only to the latest agreed of them.
items_offered as (
    select * from (
        select
            arrangement_items.*,
            row_number() over (
                partition by item_no
                order by agreed_on desc nulls last, arrangement_id desc nulls last
            ) as recency
        from arrangement_items
    ) as ranked
    where recency = 1 and is_of_debtor
),

-- A reference that is also an invoice id has already settled that invoice.
used_before as (
    select
        credits.credit_no,
        sum(invoice_allocations.allocated_amount) as allocated_amount
    from credits
    inner join invoice_allocations on credits.credit_no = invoice_allocations.credit_no
    group by credits.credit_no
),

credits_offered as (
    select
        credits.target_arrangement_id as pool,
        credits.credit_no,
        credits.credited_on,
        credits.type_order,
        credits.credit_id,
        credits.amount_after_feed - coalesce(used_before.allocated_amount, 0) as amount
    from credits
    left join used_before on credits.credit_no = used_before.credit_no
),

debits as (
    select
        items_offered.arrangement_id as pool,
        items_offered.item_no,
        items_offered.queue_place,
        items_offered.amount - coalesce(settled_before.allocated_amount, 0) as amount
    from items_offered
    left join settled_before on items_offered.item_no = settled_before.item_no
),

settled as (
    {{ settled_in_long_order('credits_offered', 'debits') }}
)

select * from settled
