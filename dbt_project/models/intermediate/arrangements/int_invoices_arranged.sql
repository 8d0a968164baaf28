with

balances as (
    select
        arrangement_id,
        agreed_on,
        status
    from {{ ref('int_arrangement_balances') }}
),

arrangement_invoices as (
    select
        arrangement_id,
        invoice_id
    from {{ ref('stg_arrangement_invoices') }}
),

ranked as (
    select
        arrangement_invoices.invoice_id,
        balances.arrangement_id,
        balances.status,
        row_number() over (
            partition by arrangement_invoices.invoice_id
            order by balances.agreed_on desc nulls last, balances.arrangement_id desc nulls last
        ) as recency
    from balances
    inner join arrangement_invoices
        on balances.arrangement_id = arrangement_invoices.arrangement_id
    where balances.status in ('live', 'breached')
),

latest as (
    select
        invoice_id,
        arrangement_id,
        status
    from ranked
    where recency = 1
)

select * from latest
