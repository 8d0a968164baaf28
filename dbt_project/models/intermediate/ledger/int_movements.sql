with

invoices as (
    select * from {{ ref('stg_invoices') }}
),

credit_notes as (
    select * from {{ ref('stg_credit_notes') }}
),

adjustments as (
    select * from {{ ref('stg_adjustments') }}
),

receipts as (
    select * from {{ ref('stg_receipts') }}
),

reversals as (
    select * from {{ ref('stg_receipt_reversals') }}
),

refunds as (
    select * from {{ ref('stg_refunds') }}
),

write_offs as (
    select * from {{ ref('stg_write_offs') }}
),

write_backs as (
    select * from {{ ref('stg_write_backs') }}
),

credits as (
    select * from {{ ref('int_credits_identified') }}
),

refunds_counted as (
    select * from {{ ref('int_refunds') }}
),

receipts_identified as (
    select
        credit_id as receipt_id,
        debtor_id,
        movement_invoice_id as invoice_id
    from credits
    where credit_type = 'receipt'
),

every_movement as (
    select
        'invoice' as movement_type,
        invoice_id as movement_id,
        debtor_id,
        invoice_id,
        invoice_date as effective_on,
        gross_amount as amount,
        known_on,
        source_file,
        source_line
    from invoices
    union all
    select
        'credit_note' as movement_type,
        credit_note_id as movement_id,
        debtor_id,
        invoice_id,
        credit_date as effective_on,
        -gross_amount as amount,
        known_on,
        source_file,
        source_line
    from credit_notes
    union all
    select
        'adjustment' as movement_type,
        adjustment_id as movement_id,
        debtor_id,
        invoice_id,
        adjusted_on as effective_on,
        amount,
        known_on,
        source_file,
        source_line
    from adjustments
    union all
    select
        'receipt' as movement_type,
        receipts.receipt_id as movement_id,
        receipts_identified.debtor_id,
        receipts_identified.invoice_id,
        receipts.received_on as effective_on,
        -receipts.amount as amount,
        receipts.known_on,
        receipts.source_file,
        receipts.source_line
    from receipts
    inner join receipts_identified on receipts.receipt_id = receipts_identified.receipt_id
    union all
    select
        'receipt_reversal' as movement_type,
        reversals.reversal_id as movement_id,
        receipts_identified.debtor_id,
        receipts_identified.invoice_id,
        reversals.reversed_on as effective_on,
        reversals.amount,
        reversals.known_on,
        reversals.source_file,
        reversals.source_line
    from reversals
    inner join receipts_identified on reversals.receipt_id = receipts_identified.receipt_id
    union all
    select
        'refund' as movement_type,
        refunds.refund_id as movement_id,
        refunds_counted.debtor_id,
        refunds_counted.invoice_id,
        refunds.refunded_on as effective_on,
        refunds_counted.amount,
        refunds.known_on,
        refunds.source_file,
        refunds.source_line
    from refunds
    inner join refunds_counted on refunds.refund_id = refunds_counted.refund_id
    union all
    select
        'write_off' as movement_type,
        write_off_id as movement_id,
        debtor_id,
        invoice_id,
        written_off_on as effective_on,
        -amount as amount,
        known_on,
        source_file,
        source_line
    from write_offs
    union all
    select
        'write_back' as movement_type,
        write_backs.write_back_id as movement_id,
        write_offs.debtor_id,
        write_offs.invoice_id,
        write_backs.written_back_on as effective_on,
        write_backs.amount,
        write_backs.known_on,
        write_backs.source_file,
        write_backs.source_line
    from write_backs
    inner join write_offs on write_backs.write_off_id = write_offs.write_off_id
)

select * from every_movement
