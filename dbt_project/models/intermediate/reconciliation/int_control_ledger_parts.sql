with

movements as (
    select * from {{ ref('int_movements') }}
    where debtor_id is not null
),

invoices as (
    select
        invoice_id,
        debtor_id,
        service_code,
        invoice_date
    from {{ ref('int_invoices') }}
),

credits as (
    select * from {{ ref('int_credits_identified') }}
    where debtor_id is not null
),

credits_unallocated as (
    select
        credit_no,
        unallocated_amount
    from {{ ref('int_credits_unallocated') }}
),

items as (
    select * from {{ ref('int_debit_items') }}
),

allocations as (
    select * from {{ ref('int_allocations') }}
),

credit_movements as (
    select
        credits.credit_no,
        movements.movement_type,
        movements.movement_id,
        movements.effective_on,
        movements.known_on,
        invoices.service_code as named_service_code,
        credits.full_amount - credits.amount as undone_amount,
        coalesce(credits_unallocated.unallocated_amount, 0) as left_amount
    from credits
    left join credits_unallocated on credits.credit_no = credits_unallocated.credit_no
    inner join movements
        on
            credits.credit_type = movements.movement_type
            and credits.credit_id = movements.movement_id
    left join invoices
        on
            movements.invoice_id = invoices.invoice_id
            and movements.debtor_id = invoices.debtor_id
),

-- A debit belongs to its invoice's service; reversals and write-backs follow what they reverse.
debits as (
    select
        movements.movement_type,
        movements.movement_id,
        movements.effective_on,
        movements.known_on,
        case when movements.movement_type != 'refund' then invoices.service_code end
            as service_code,
        movements.effective_on as settled_document_on,
        movements.amount
    from movements
    left join invoices
        on
            movements.invoice_id = invoices.invoice_id
            and movements.debtor_id = invoices.debtor_id
    where movements.amount > 0
),

undone as (
    select
        movement_type,
        movement_id,
        effective_on,
        known_on,
        named_service_code as service_code,
        effective_on as settled_document_on,
        -undone_amount as amount
    from credit_movements
    where undone_amount != 0
),

-- A credit belongs to the services of the items that it settles; the unallocated part has no
-- service.
settling as (
    select
        credit_movements.movement_type,
        credit_movements.movement_id,
        credit_movements.effective_on,
        credit_movements.known_on,
        items.service_code,
        items.document_date as settled_document_on,
        -sum(allocations.allocated_amount) as amount
    from credit_movements
    inner join allocations on credit_movements.credit_no = allocations.credit_no
    inner join items on allocations.item_no = items.item_no
    group by
        credit_movements.movement_type,
        credit_movements.movement_id,
        credit_movements.effective_on,
        credit_movements.known_on,
        items.service_code,
        items.document_date
),

left_over as (
    select
        movement_type,
        movement_id,
        effective_on,
        known_on,
        cast(null as string) as service_code,
        effective_on as settled_document_on,
        -left_amount as amount
    from credit_movements
    where left_amount != 0
),

every_part as (
    select * from debits
    union all
    select * from undone
    union all
    select * from settling
    union all
    select * from left_over
),

typed as (
    select
        movement_type,
        movement_id,
        effective_on,
        known_on,
        service_code,
        settled_document_on,
        cast(amount as decimal(18, 2)) as amount
    from every_part
)

select * from typed
