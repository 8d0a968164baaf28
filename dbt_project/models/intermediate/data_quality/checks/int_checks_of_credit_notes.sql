with

credit_notes as (
    select * from {{ ref('stg_credit_notes') }}
    where invoice_id is not null
),

invoices as (
    select
        invoice_id,
        gross_amount
    from {{ ref('int_invoices') }}
),

credits as (
    select
        credit_type,
        movement_invoice_id,
        amount
    from {{ ref('int_credits_identified') }}
),

adjustments as (
    select
        invoice_id,
        amount
    from {{ ref('stg_adjustments') }}
),

credited as (
    select
        movement_invoice_id as invoice_id,
        sum(amount) as amount
    from credits
    where credit_type in ('credit_note', 'write_off') and movement_invoice_id is not null
    group by movement_invoice_id
),

adjusted as (
    select
        invoice_id,
        sum(amount) as amount
    from adjustments
    where invoice_id is not null
    group by invoice_id
),

-- The open and paid amount of an invoice is its gross less credit notes and write-offs, at least
-- nil.
judged as (
    select
        credit_notes.credit_note_id,
        credit_notes.gross_amount as amount,
        invoices.invoice_id is null
        or credited.amount > invoices.gross_amount + coalesce(adjusted.amount, 0)
        or credit_notes.reason_code is null
        or credit_notes.approved_by is null
        or coalesce(credit_notes.approved_by = credit_notes.raised_by, false) as is_at_fault
    from credit_notes
    inner join credited on credit_notes.invoice_id = credited.invoice_id
    left join invoices on credit_notes.invoice_id = invoices.invoice_id
    left join adjusted on credit_notes.invoice_id = adjusted.invoice_id
),

counted as (
    select
        'I17' as check_code,
        count(*) as population,
        sum(case when is_at_fault then 1 else 0 end) as exceptions,
        sum(case when is_at_fault then amount else 0 end) as exceptions_value
    from judged
)

select * from counted
