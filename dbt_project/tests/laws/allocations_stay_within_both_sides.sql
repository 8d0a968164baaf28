-- No allocation exceeds its credit or its debit, and none crosses from one debtor to another.
with

allocations as (
    select
        credit_no,
        item_no,
        allocated_amount
    from {{ ref('int_allocations') }}
),

credits as (
    select
        credit_no,
        debtor_id,
        amount
    from {{ ref('int_credits_identified') }}
),

items as (
    select
        item_no,
        debtor_id,
        amount
    from {{ ref('int_debit_items') }}
),

beyond_credit as (
    select
        'credit' as side,
        credits.credit_no as row_no
    from allocations
    inner join credits on allocations.credit_no = credits.credit_no
    group by credits.credit_no, credits.amount
    having sum(allocations.allocated_amount) > greatest(credits.amount, 0)
),

beyond_debit as (
    select
        'debit' as side,
        items.item_no as row_no
    from allocations
    inner join items on allocations.item_no = items.item_no
    group by items.item_no, items.amount
    having sum(allocations.allocated_amount) > items.amount
),

across_debtors as (
    select
        'debtor' as side,
        allocations.credit_no as row_no
    from allocations
    inner join credits on allocations.credit_no = credits.credit_no
    inner join items on allocations.item_no = items.item_no
    where credits.debtor_id is distinct from items.debtor_id
),

breaches as (
    select * from beyond_credit
    union all
    select * from beyond_debit
    union all
    select * from across_debtors
)

select * from breaches
