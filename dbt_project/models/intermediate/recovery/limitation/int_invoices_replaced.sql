with recursive

invoices as (
    select
        invoice_id,
        debtor_id,
        invoice_date,
        coalesce(supply_to, supply_from) as supplied_on,
        replaces_invoice_id
    from {{ ref('stg_invoices') }}
),

replacements as (
    select
        invoices.invoice_id,
        replaced.invoice_id as replaced_invoice_id,
        replaced.invoice_date,
        replaced.supplied_on
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
        replacements.invoice_date,
        replacements.supplied_on
    from replacements
    left join replacements as earlier
        on replacements.replaced_invoice_id = earlier.invoice_id
    where earlier.invoice_id is null
    union all
    select
        replacements.invoice_id,
        least(replacements.invoice_date, chains.invoice_date) as invoice_date,
        least(
            coalesce(replacements.supplied_on, chains.supplied_on),
            coalesce(chains.supplied_on, replacements.supplied_on)
        ) as supplied_on
    from chains
    inner join replacements on chains.invoice_id = replacements.replaced_invoice_id
)

select * from chains
