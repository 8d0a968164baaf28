{{ config(materialized="view") }}

with

write_offs as (
    select * from {{ ref('stg_write_offs') }}
),

write_backs as (
    select
        write_off_id,
        amount
    from {{ ref('stg_write_backs') }}
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
    select
        receipt_id,
        amount
    from {{ ref('stg_receipt_reversals') }}
),

undone as (
    select
        'write_off' as credit_type,
        write_off_id as credit_id,
        sum(amount) as amount
    from write_backs
    group by write_off_id
    union all
    select
        'receipt' as credit_type,
        receipt_id as credit_id,
        sum(amount) as amount
    from reversals
    group by receipt_id
),

every_credit as (
    select
        'write_off' as credit_type,
        1 as type_order,
        write_off_id as credit_id,
        debtor_id,
        written_off_on as credited_on,
        amount,
        invoice_id,
        cast(null as string) as reference,
        known_on,
        source_file,
        source_line
    from write_offs
    union all
    select
        'credit_note' as credit_type,
        2 as type_order,
        credit_note_id as credit_id,
        debtor_id,
        credit_date as credited_on,
        gross_amount as amount,
        invoice_id,
        cast(null as string) as reference,
        known_on,
        source_file,
        source_line
    from credit_notes
    union all
    select
        'adjustment' as credit_type,
        3 as type_order,
        adjustment_id as credit_id,
        debtor_id,
        adjusted_on as credited_on,
        -amount as amount,
        invoice_id,
        cast(null as string) as reference,
        known_on,
        source_file,
        source_line
    from adjustments
    where amount < 0
    union all
    select
        'receipt' as credit_type,
        4 as type_order,
        receipt_id as credit_id,
        debtor_id,
        received_on as credited_on,
        amount,
        invoice_id,
        reference,
        known_on,
        source_file,
        source_line
    from receipts
),

netted as (
    select
        every_credit.type_order,
        every_credit.credit_type,
        every_credit.credit_id,
        every_credit.debtor_id,
        every_credit.credited_on,
        every_credit.amount as full_amount,
        -- The amount less its reversals or write-backs; negative if they exceed it (I16, W18).
        cast(every_credit.amount - coalesce(undone.amount, 0) as decimal(18, 2)) as amount,
        every_credit.invoice_id,
        every_credit.reference,
        every_credit.known_on,
        every_credit.source_file,
        every_credit.source_line
    from every_credit
    left join undone
        on
            every_credit.credit_type = undone.credit_type
            and every_credit.credit_id = undone.credit_id
)

select * from netted
