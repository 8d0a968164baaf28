{{ config(materialized="kept", pre_hook="{{ forget_debtors_in_hand() }}") }}

with

invoices as (
    select * from {{ ref('stg_invoices') }}
),

services as (
    select
        service_code,
        debt_type
    from {{ ref('stg_services') }}
),

instalments as (
    select
        invoice_id,
        amount
    from {{ ref('stg_invoice_instalments') }}
),

due_dates_inherited as (
    select * from {{ ref('int_due_dates_inherited') }}
),

instalments_totalled as (
    select
        invoice_id,
        sum(amount) as total_amount
    from instalments
    group by invoice_id
),

joined as (
    select
        invoices.invoice_id,
        invoices.debtor_id,
        invoices.service_code,
        services.debt_type,
        invoices.invoice_date,
        invoices.due_date as own_due_date,
        coalesce(due_dates_inherited.due_date, invoices.due_date) as due_date,
        invoices.gross_amount,
        invoices.replaces_invoice_id,
        coalesce(instalments_totalled.total_amount = invoices.gross_amount, false)
            as has_instalments
    from invoices
    left join services on invoices.service_code = services.service_code
    left join due_dates_inherited on invoices.invoice_id = due_dates_inherited.invoice_id
    left join instalments_totalled on invoices.invoice_id = instalments_totalled.invoice_id
    {{ of_debtors_in_hand('invoices') }}
)

select * from joined
