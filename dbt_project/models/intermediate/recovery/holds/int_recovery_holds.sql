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
    {{ reached_by_holds(
        'invoices',
        'holds',
        invoice_id='invoice_id',
        dated_on='invoice_date',
        columns=[
            'invoices.invoice_id',
            'holds.hold_source',
            'holds.hold_id',
            'holds.hold_type',
            'holds.is_protective',
            'holds.starts_on',
            'holds.ends_on',
        ]
    ) }}
)

select * from reached
