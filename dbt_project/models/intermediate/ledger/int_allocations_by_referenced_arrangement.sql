with

credits as (
    select * from {{ ref('int_credits_identified') }}
),

arrangement_items as (
    select * from {{ ref('int_arrangement_items') }}
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
        item_no,
        sum(allocated_amount) as allocated_amount
    from earlier_allocations
    group by item_no
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

-- A reference that is an invoice id as well has gone to that invoice first.
used_before as (
    select
        credit_no,
        sum(allocated_amount) as allocated_amount
    from invoice_allocations
    group by credit_no
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
    where credits.target_arrangement_id is not null
),

debits as (
    select
        items_offered.arrangement_id as pool,
        items_offered.item_no,
        items_offered.amount - coalesce(settled_before.allocated_amount, 0) as amount
    from items_offered
    left join settled_before on items_offered.item_no = settled_before.item_no
),

settled as (
    {{ settled_in_long_order('credits_offered', 'debits') }}
)

select * from settled
