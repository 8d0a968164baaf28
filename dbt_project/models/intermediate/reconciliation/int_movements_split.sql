with

movements as (
    select
        movement_type,
        effective_on,
        amount
    from {{ ref('int_movements') }}
    -- Suspense is left out.
    where debtor_id is not null
),

credits as (
    select
        credit_no,
        credit_type,
        credited_on
    from {{ ref('int_credits_identified') }}
),

items as (
    select * from {{ ref('int_debit_items') }}
),

allocations as (
    select
        credit_no,
        item_no,
        allocated_amount
    from {{ ref('int_allocations') }}
),

-- A debit has the debt type of its invoice.
debits as (
    select
        case when item_kind = 'adjustment' then 'adjustment' else 'invoice' end as movement_type,
        document_date as effective_on,
        debt_type,
        amount
    from items
),

-- A credit is split over the debt types of the items it settles.
settling as (
    select
        credits.credit_type as movement_type,
        credits.credited_on as effective_on,
        items.debt_type,
        -allocations.allocated_amount as amount
    from allocations
    inner join credits on allocations.credit_no = credits.credit_no
    inner join items on allocations.item_no = items.item_no
),

debts_with_debt_type as (
    select * from debits
    union all
    select * from settling
),

debts_by_debt_type as (
    select
        movement_type,
        effective_on,
        debt_type,
        sum(amount) as amount
    from debts_with_debt_type
    group by
        movement_type,
        effective_on,
        debt_type
),

-- Amounts without a debt type: open, refunded, reversed or without an invoice, and their reversals.
left_over as (
    select
        movement_type,
        effective_on,
        cast(null as string) as debt_type,
        sum(amount) as amount
    from (
        select
            movement_type,
            effective_on,
            amount
        from movements
        union all
        select
            movement_type,
            effective_on,
            -amount as amount
        from debts_by_debt_type
    ) as unborne
    group by
        movement_type,
        effective_on
    having sum(amount) != 0
),

every_part as (
    select * from debts_by_debt_type
    union all
    select * from left_over
),

summed as (
    select
        movement_type,
        effective_on,
        debt_type,
        cast(sum(amount) as decimal(18, 2)) as amount
    from every_part
    group by
        movement_type,
        effective_on,
        debt_type
)

select * from summed
