with

instalments as (
    select
        invoice_id,
        amount
    from {{ ref('stg_invoice_instalments') }}
),

invoices as (
    select
        invoice_id,
        gross_amount
    from {{ ref('int_invoices') }}
),

arrangements as (
    select * from {{ ref('int_arrangements') }}
),

arrangement_invoices as (
    select
        arrangement_id,
        invoice_id
    from {{ ref('stg_arrangement_invoices') }}
),

schedules as (
    select
        arrangement_id,
        amount
    from {{ ref('int_arrangement_schedules') }}
),

instalments_totalled as (
    select
        invoice_id,
        sum(amount) as amount
    from instalments
    group by invoice_id
),

schedules_totalled as (
    select
        arrangement_id,
        sum(amount) as amount
    from schedules
    group by arrangement_id
),

invoices_owned as (
    select
        arrangement_invoices.arrangement_id,
        bool_or(invoices.invoice_id is null) as lacks_invoice
    from arrangement_invoices
    left join invoices on arrangement_invoices.invoice_id = invoices.invoice_id
    group by arrangement_invoices.arrangement_id
),

judged as (
    select
        instalments_totalled.amount,
        invoices.invoice_id is null or invoices.gross_amount != instalments_totalled.amount
            as is_at_fault
    from instalments_totalled
    left join invoices on instalments_totalled.invoice_id = invoices.invoice_id
    union all
    select
        arrangements.total_amount as amount,
        arrangements.first_due_on < arrangements.agreed_on
        or arrangements.initial_due_on < arrangements.agreed_on
        or coalesce(invoices_owned.lacks_invoice, true)
        or coalesce(schedules_totalled.amount, 0) != arrangements.total_amount as is_at_fault
    from arrangements
    left join invoices_owned on arrangements.arrangement_id = invoices_owned.arrangement_id
    left join schedules_totalled on arrangements.arrangement_id = schedules_totalled.arrangement_id
),

counted as (
    select
        'I18' as check_code,
        count(*) as population,
        sum(case when is_at_fault then 1 else 0 end) as exceptions,
        sum(case when is_at_fault then amount else 0 end) as exceptions_value
    from judged
)

select * from counted
