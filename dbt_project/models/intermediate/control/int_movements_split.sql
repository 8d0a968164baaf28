with

movements as (
    select * from {{ ref('int_movements') }}
),

invoices as (
    select invoice_id, debtor_id, debt_type, service_code from {{ ref('int_invoices') }}
),

credits as (
    select credit_no, credit_type, credit_id from {{ ref('int_credits') }}
),

items as (
    select item_no, debt_type, service_code from {{ ref('int_debit_items') }}
),

allocations as (
    select credit_no, item_no, allocated_amount from {{ ref('int_allocations') }}
),

-- Suspense stands apart.
of_debtors as (
    select * from movements
    where debtor_id is not null
),

debit_movements as (
    select
        of_debtors.*,
        case when movement_type in ('invoice', 'adjustment') then invoice_id end
            as bearing_invoice_id
    from of_debtors
    where
        movement_type in ('invoice', 'receipt_reversal', 'refund', 'write_back')
        or (movement_type = 'adjustment' and amount > 0)
),

-- A debit bears the debt type of its invoice; what undoes a credit is blank.
debits as (
    select
        debit_movements.movement_type,
        debit_movements.movement_id,
        debit_movements.effective_on,
        invoices.debt_type,
        invoices.service_code,
        debit_movements.amount
    from debit_movements
    left join invoices
        on
            debit_movements.bearing_invoice_id = invoices.invoice_id
            and debit_movements.debtor_id = invoices.debtor_id
),

credit_movements as (
    select * from of_debtors
    where
        movement_type in ('credit_note', 'receipt', 'write_off')
        or (movement_type = 'adjustment' and amount < 0)
),

settled as (
    select
        credits.credit_type,
        credits.credit_id,
        items.debt_type,
        items.service_code,
        sum(allocations.allocated_amount) as amount
    from allocations
    inner join credits on allocations.credit_no = credits.credit_no
    inner join items on allocations.item_no = items.item_no
    group by
        credits.credit_type,
        credits.credit_id,
        items.debt_type,
        items.service_code
),

settled_in_all as (
    select
        credit_type,
        credit_id,
        sum(amount) as amount
    from settled
    group by
        credit_type,
        credit_id
),

-- A credit is split over the items it settles; what it does not settle is blank.
credits_settling as (
    select
        credit_movements.movement_type,
        credit_movements.movement_id,
        credit_movements.effective_on,
        settled.debt_type,
        settled.service_code,
        -settled.amount as amount
    from credit_movements
    inner join settled
        on
            credit_movements.movement_type = settled.credit_type
            and credit_movements.movement_id = settled.credit_id
),

credits_left as (
    select
        credit_movements.movement_type,
        credit_movements.movement_id,
        credit_movements.effective_on,
        cast(null as string) as debt_type,
        cast(null as string) as service_code,
        credit_movements.amount + coalesce(settled_in_all.amount, 0) as amount
    from credit_movements
    left join settled_in_all
        on
            credit_movements.movement_type = settled_in_all.credit_type
            and credit_movements.movement_id = settled_in_all.credit_id
    where credit_movements.amount + coalesce(settled_in_all.amount, 0) != 0
),

every_part as (
    select * from debits
    union all
    select * from credits_settling
    union all
    select * from credits_left
),

typed as (
    select
        movement_type,
        movement_id,
        effective_on,
        debt_type,
        service_code,
        cast(amount as decimal(18, 2)) as amount
    from every_part
)

select * from typed
