with

arrangements as (
    select * from {{ ref('int_arrangements') }}
),

arrangement_items as (
    select * from {{ ref('int_arrangement_items') }}
    where {{ is_in_hand('item_no') }}
),

credits as (
    select * from {{ ref('int_credits_identified') }}
    where {{ is_in_hand('credit_no') }}
),

refunds_of_receipts as (
    select
        credit_no,
        taken_amount
    from {{ ref('int_refunds_of_receipts') }}
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
    union all
    select
        item_no,
        allocated_amount
    from {{ ref('int_allocations_by_referenced_arrangement') }}
),

settled_before as (
    select
        arrangement_items.item_no,
        sum(earlier_allocations.allocated_amount) as allocated_amount
    from (select distinct item_no from arrangement_items) as arrangement_items
    inner join earlier_allocations on arrangement_items.item_no = earlier_allocations.item_no
    group by arrangement_items.item_no
),

refunded as (
    select
        credit_no,
        sum(taken_amount) as taken_amount
    from refunds_of_receipts
    group by credit_no
),

-- Of several in force, the latest agreed applies, then the greatest id.
in_force as (
    select * from (
        select
            arrangement_id,
            debtor_id,
            agreed_on,
            row_number() over (
                partition by debtor_id
                order by agreed_on desc nulls last, arrangement_id desc nulls last
            ) as recency
        from arrangements
        where not is_cancelled and not is_superseded
    ) as ranked
    where recency = 1
),

credits_offered as (
    select
        in_force.arrangement_id as pool,
        credits.credit_no,
        credits.credited_on,
        credits.type_order,
        credits.credit_id,
        credits.amount_after_feed - coalesce(refunded.taken_amount, 0) as amount
    from credits
    inner join in_force
        on credits.debtor_id = in_force.debtor_id and credits.credited_on >= in_force.agreed_on
    left join refunded on credits.credit_no = refunded.credit_no
    where credits.identified_by = 'debtor'
),

debits as (
    select
        arrangement_items.arrangement_id as pool,
        arrangement_items.item_no,
        arrangement_items.queue_place,
        arrangement_items.amount - coalesce(settled_before.allocated_amount, 0) as amount
    from arrangement_items
    left join settled_before on arrangement_items.item_no = settled_before.item_no
    where arrangement_items.is_of_debtor
),

settled as (
    {{ settled_in_long_order('credits_offered', 'debits') }}
)

select * from settled
