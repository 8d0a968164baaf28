{{ config(materialized="kept", pre_hook="{{ forget_debtors_in_hand() }}") }}

with

invoices as (
    select int_invoices.*
    from {{ ref('int_invoices') }} as int_invoices
    {{ of_debtors_in_hand('int_invoices') }}
),

instalments as (
    select
        invoice_id,
        instalment_no,
        due_date,
        amount
    from {{ ref('stg_invoice_instalments') }}
),

adjustments as (
    select stg_adjustments.*
    from {{ ref('stg_adjustments') }} as stg_adjustments
    {{ of_debtors_in_hand('stg_adjustments') }}
),

invoice_items as (
    select
        invoice_id as item_id,
        'invoice' as item_kind,
        debtor_id,
        invoice_id,
        cast(null as bigint) as instalment_no,
        invoice_id as queue_invoice_id,
        invoice_id as document_id,
        invoice_date as document_date,
        invoice_date as debt_date,
        due_date,
        gross_amount as amount,
        debt_type,
        service_code
    from invoices
    where not has_instalments
),

instalment_items as (
    select
        invoices.invoice_id || '/' || cast(instalments.instalment_no as string) as item_id,
        'instalment' as item_kind,
        invoices.debtor_id,
        invoices.invoice_id,
        instalments.instalment_no,
        invoices.invoice_id as queue_invoice_id,
        invoices.invoice_id as document_id,
        invoices.invoice_date as document_date,
        invoices.invoice_date as debt_date,
        instalments.due_date,
        instalments.amount,
        invoices.debt_type,
        invoices.service_code
    from invoices
    inner join instalments on invoices.invoice_id = instalments.invoice_id
    where invoices.has_instalments
),

adjustment_items as (
    select
        adjustments.adjustment_id as item_id,
        'adjustment' as item_kind,
        adjustments.debtor_id,
        adjustments.invoice_id,
        cast(null as bigint) as instalment_no,
        invoices.invoice_id as queue_invoice_id,
        adjustments.adjustment_id as document_id,
        adjustments.adjusted_on as document_date,
        coalesce(invoices.invoice_date, adjustments.adjusted_on) as debt_date,
        adjustments.adjusted_on as due_date,
        adjustments.amount,
        invoices.debt_type,
        invoices.service_code
    from adjustments
    left join invoices
        on
            adjustments.invoice_id = invoices.invoice_id
            and adjustments.debtor_id = invoices.debtor_id
    where adjustments.amount > 0
),

every_item as (
    select * from invoice_items
    union all
    select * from instalment_items
    union all
    select * from adjustment_items
),

-- The order in which a debtor's debits are settled wherever a rule says "earliest due first".
queued as (
    select
        {{ ledger_number() }} as item_no,
        row_number() over (
            partition by debtor_id
            order by
                due_date asc, document_date asc, document_id asc, instalment_no asc nulls first,
                item_kind asc, item_id asc
        ) as queue_place,
        item_id,
        item_kind,
        debtor_id,
        invoice_id,
        instalment_no,
        queue_invoice_id,
        document_date,
        debt_date,
        due_date,
        amount,
        debt_type,
        service_code
    from every_item
)

select * from queued
