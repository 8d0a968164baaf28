{{ config(materialized="view") }}

with

invoices as (
    select * from {{ ref('stg_invoices') }}
),

adjustments as (
    select * from {{ ref('stg_adjustments') }}
),

reversals as (
    select * from {{ ref('stg_receipt_reversals') }}
),

refunds as (
    select * from {{ ref('stg_refunds') }}
),

write_backs as (
    select * from {{ ref('stg_write_backs') }}
),

credits as (
    select * from {{ ref('int_credits_identified') }}
),

refunds_counted as (
    select
        refund_id,
        debtor_id,
        invoice_id,
        amount
    from {{ ref('int_refunds') }}
),

-- A receipt shows its full amount; whatever reverses it is a movement of its own.
credit_movements as (
    select
        credit_type as movement_type,
        credit_id as movement_id,
        debtor_id,
        movement_invoice_id as invoice_id,
        cast(null as string) as undone_id,
        credited_on as effective_on,
        -full_amount as amount,
        known_on,
        source_file,
        source_line
    from credits
),

every_movement as (
    select
        'invoice' as movement_type,
        invoice_id as movement_id,
        debtor_id,
        invoice_id,
        cast(null as string) as undone_id,
        invoice_date as effective_on,
        gross_amount as amount,
        known_on,
        source_file,
        source_line
    from invoices
    union all
    select
        'adjustment' as movement_type,
        adjustment_id as movement_id,
        debtor_id,
        invoice_id,
        cast(null as string) as undone_id,
        adjusted_on as effective_on,
        amount,
        known_on,
        source_file,
        source_line
    from adjustments
    where amount > 0
    union all
    select * from credit_movements
    union all
    select
        'receipt_reversal' as movement_type,
        reversals.reversal_id as movement_id,
        receipts.debtor_id,
        receipts.invoice_id,
        reversals.receipt_id as undone_id,
        reversals.reversed_on as effective_on,
        reversals.amount,
        reversals.known_on,
        reversals.source_file,
        reversals.source_line
    from reversals
    inner join credit_movements as receipts
        on receipts.movement_type = 'receipt' and reversals.receipt_id = receipts.movement_id
    union all
    select
        'refund' as movement_type,
        refunds.refund_id as movement_id,
        refunds_counted.debtor_id,
        refunds_counted.invoice_id,
        refunds.receipt_id as undone_id,
        refunds.refunded_on as effective_on,
        refunds_counted.amount,
        refunds.known_on,
        refunds.source_file,
        refunds.source_line
    from refunds
    inner join refunds_counted on refunds.refund_id = refunds_counted.refund_id
    union all
    select
        'write_back' as movement_type,
        write_backs.write_back_id as movement_id,
        write_offs.debtor_id,
        write_offs.invoice_id,
        write_backs.write_off_id as undone_id,
        write_backs.written_back_on as effective_on,
        write_backs.amount,
        write_backs.known_on,
        write_backs.source_file,
        write_backs.source_line
    from write_backs
    inner join credit_movements as write_offs
        on
            write_offs.movement_type = 'write_off'
            and write_backs.write_off_id = write_offs.movement_id
)

select * from every_movement
