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
        credit_type,
        credit_id,
        debtor_id,
        amount
    from {{ ref('int_credits_identified') }}
),

items as (
    select
        item_no,
        item_kind,
        item_id,
        debtor_id,
        amount
    from {{ ref('int_debit_items') }}
),

of_credits as (
    select
        credits.credit_type as item_type,
        credits.credit_id as item_id,
        sum(allocations.allocated_amount) as allocated_amount,
        sum(allocations.allocated_amount) - max(credits.amount) as excess_amount,
        sum(
            case
                when items.debtor_id = credits.debtor_id then 0 else allocations.allocated_amount
            end
        ) as astray_amount
    from allocations
    inner join credits on allocations.credit_no = credits.credit_no
    inner join items on allocations.item_no = items.item_no
    group by
        credits.credit_type,
        credits.credit_id
),

of_items as (
    select
        items.item_kind as item_type,
        items.item_id,
        sum(allocations.allocated_amount) as allocated_amount,
        sum(allocations.allocated_amount) - max(items.amount) as excess_amount,
        cast(0 as decimal(18, 2)) as astray_amount
    from allocations
    inner join items on allocations.item_no = items.item_no
    group by
        items.item_kind,
        items.item_id
),

compared as (
    select * from of_credits
    union all
    select * from of_items
),

typed as (
    select
        item_type,
        item_id,
        cast(allocated_amount as decimal(18, 2)) as allocated_amount,
        cast(greatest(excess_amount, 0) as decimal(18, 2)) as excess_amount,
        cast(astray_amount as decimal(18, 2)) as astray_amount
    from compared
)

select * from typed
