with

credits as (
    select * from {{ ref('int_credits_identified') }}
    where {{ is_in_hand('credit_no') }}
),

items as (
    select
        item_no,
        queue_place,
        debtor_id,
        amount
    from {{ ref('int_debit_items') }}
    where {{ is_in_hand('item_no') }}
),

refunds_of_receipts as (
    select
        credit_no,
        taken_amount
    from {{ ref('int_refunds_of_receipts') }}
),

arrangement_allocations as (
    select
        credit_no,
        allocated_amount
    from {{ ref('int_allocations_by_arrangement') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

ledger_rules as (
    select * from {{ ref('stg_policy__ledger_rules') }}
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
    union all
    select
        item_no,
        allocated_amount
    from {{ ref('int_allocations_by_arrangement') }}
),

settled_before as (
    select
        item_no,
        sum(allocated_amount) as allocated_amount
    from earlier_allocations
    group by item_no
),

used_before as (
    select
        credit_no,
        sum(amount) as amount
    from (
        select
            credit_no,
            taken_amount as amount
        from refunds_of_receipts
        union all
        select
            credit_no,
            allocated_amount as amount
        from arrangement_allocations
    ) as uses
    group by credit_no
),

-- Policy `unreferenced_receipts`: `hold` suspends this step, and this step only.
step_in_force as (
    select ledger_rules.value = 'oldest_first' as is_in_force
    from position
    inner join ledger_rules
        on
            ledger_rules.rule = 'unreferenced_receipts'
            and {{ policy_in_force('ledger_rules', 'position.as_of_date') }}
),

credits_offered as (
    select
        credits.debtor_id as pool,
        credits.credit_no,
        credits.credited_on,
        credits.type_order,
        credits.credit_id,
        credits.amount_after_feed - coalesce(used_before.amount, 0) as amount
    from credits
    cross join step_in_force
    left join used_before on credits.credit_no = used_before.credit_no
    where credits.identified_by = 'debtor' and step_in_force.is_in_force
),

debits as (
    select
        items.debtor_id as pool,
        items.item_no,
        items.queue_place,
        items.amount - coalesce(settled_before.allocated_amount, 0) as amount
    from items
    left join settled_before on items.item_no = settled_before.item_no
),

settled as (
    {{ settled_in_long_order('credits_offered', 'debits') }}
)

select * from settled
