with

arrangements as (
    select
        arrangement_id,
        debtor_id,
        agreed_on
    from {{ ref('int_arrangements') }}
),

arrangement_invoices as (
    select
        arrangement_id,
        invoice_id
    from {{ ref('stg_arrangement_invoices') }}
),

items as (
    select * from {{ ref('int_debit_items') }}
),

owned as (
    select
        arrangements.arrangement_id,
        arrangements.agreed_on,
        items.item_no,
        items.queue_place,
        items.queue_invoice_id as invoice_id,
        items.amount,
        items.debtor_id = arrangements.debtor_id as is_of_debtor,
        items.item_kind = 'adjustment' and items.document_date > arrangements.agreed_on
            as is_later_adjustment
    from arrangements
    inner join arrangement_invoices
        on arrangements.arrangement_id = arrangement_invoices.arrangement_id
    inner join items on arrangement_invoices.invoice_id = items.queue_invoice_id
)

select * from owned
