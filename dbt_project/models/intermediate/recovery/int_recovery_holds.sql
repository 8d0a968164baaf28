with

invoices as (
    select
        invoice_id,
        debtor_id,
        invoice_date
    from {{ ref('int_recovery_invoices') }}
),

holds as (
    select * from {{ ref('int_holds_reached') }}
),

reached as (
    select
        invoices.invoice_id,
        holds.hold_source,
        holds.hold_id,
        holds.hold_type,
        holds.is_protective,
        holds.starts_on,
        holds.ends_on
    from invoices
    inner join holds on invoices.invoice_id = holds.reached_invoice_id
    union all
    select
        invoices.invoice_id,
        holds.hold_source,
        holds.hold_id,
        holds.hold_type,
        holds.is_protective,
        holds.starts_on,
        holds.ends_on
    from invoices
    inner join holds on invoices.debtor_id = holds.reached_debtor_id
    where holds.order_date is null or invoices.invoice_date <= holds.order_date
)

select * from reached
