with recursive

invoices as (
    select
        invoice_id,
        debtor_id,
        due_date,
        replaces_invoice_id
    from {{ ref('stg_invoices') }}
),

replacements as (
    select
        invoices.invoice_id,
        replaced.invoice_id as replaced_invoice_id,
        replaced.due_date as replaced_due_date
    from invoices
    inner join invoices as replaced
        on
            invoices.replaces_invoice_id = replaced.invoice_id
            and invoices.debtor_id = replaced.debtor_id
),

-- Starts with invoices that replace nothing older, so it never reaches invoices that replace each
-- other in a ring.
chains as (
    select
        replacements.invoice_id,
        replacements.replaced_due_date as due_date
    from replacements
    where
        not exists (
            select 1
            from replacements as earlier
            where earlier.invoice_id = replacements.replaced_invoice_id
        )
    union all
    select
        replacements.invoice_id,
        chains.due_date
    from chains
    inner join replacements on chains.invoice_id = replacements.replaced_invoice_id
)

select * from chains
