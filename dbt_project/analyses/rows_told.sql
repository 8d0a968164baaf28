with

invoices as (
    select
        'invoices' as feed,
        invoice_id as row_key,
        debtor_id,
        invoice_id,
        cast(null as string) as parent_id,
        cast(null as string) as reference,
        cast(null as bigint) as instalment_no,
        cast(null as date) as allocated_on,
        gross_amount as amount,
        invoice_date as effective_on,
        withdrawn_on,
        raised_by as officer_id,
        cast(null as string) as approved_by,
        _file_day,
        _source_file,
        _source_line,
        _known_on,
        _run_id
    from received.raw.invoices
),

invoice_instalments as (
    select
        'invoice_instalments' as feed,
        invoice_id || '/' || cast(instalment_no as string) as row_key,
        cast(null as string) as debtor_id,
        invoice_id,
        cast(null as string) as parent_id,
        cast(null as string) as reference,
        cast(null as bigint) as instalment_no,
        cast(null as date) as allocated_on,
        amount,
        cast(null as date) as effective_on,
        withdrawn_on,
        cast(null as string) as officer_id,
        cast(null as string) as approved_by,
        _file_day,
        _source_file,
        _source_line,
        _known_on,
        _run_id
    from received.raw.invoice_instalments
),

credit_notes as (
    select
        'credit_notes' as feed,
        credit_note_id as row_key,
        debtor_id,
        invoice_id,
        cast(null as string) as parent_id,
        cast(null as string) as reference,
        cast(null as bigint) as instalment_no,
        cast(null as date) as allocated_on,
        gross_amount as amount,
        credit_date as effective_on,
        withdrawn_on,
        raised_by as officer_id,
        approved_by,
        _file_day,
        _source_file,
        _source_line,
        _known_on,
        _run_id
    from received.raw.credit_notes
),

receipts as (
    select
        'receipts' as feed,
        receipt_id as row_key,
        debtor_id,
        invoice_id,
        cast(null as string) as parent_id,
        reference,
        cast(null as bigint) as instalment_no,
        cast(null as date) as allocated_on,
        amount,
        received_on as effective_on,
        withdrawn_on,
        cast(null as string) as officer_id,
        cast(null as string) as approved_by,
        _file_day,
        _source_file,
        _source_line,
        _known_on,
        _run_id
    from received.raw.receipts
),

receipt_reversals as (
    select
        'receipt_reversals' as feed,
        reversal_id as row_key,
        cast(null as string) as debtor_id,
        cast(null as string) as invoice_id,
        receipt_id as parent_id,
        cast(null as string) as reference,
        cast(null as bigint) as instalment_no,
        cast(null as date) as allocated_on,
        amount,
        reversed_on as effective_on,
        withdrawn_on,
        cast(null as string) as officer_id,
        cast(null as string) as approved_by,
        _file_day,
        _source_file,
        _source_line,
        _known_on,
        _run_id
    from received.raw.receipt_reversals
),

refunds as (
    select
        'refunds' as feed,
        refund_id as row_key,
        debtor_id,
        cast(null as string) as invoice_id,
        receipt_id as parent_id,
        cast(null as string) as reference,
        cast(null as bigint) as instalment_no,
        cast(null as date) as allocated_on,
        amount,
        refunded_on as effective_on,
        withdrawn_on,
        requested_by as officer_id,
        approved_by,
        _file_day,
        _source_file,
        _source_line,
        _known_on,
        _run_id
    from received.raw.refunds
),

allocations as (
    select
        'allocations' as feed,
        allocation_id as row_key,
        cast(null as string) as debtor_id,
        invoice_id,
        source_id as parent_id,
        source_type as reference,
        instalment_no,
        allocated_on,
        amount,
        allocated_on as effective_on,
        withdrawn_on,
        cast(null as string) as officer_id,
        cast(null as string) as approved_by,
        _file_day,
        _source_file,
        _source_line,
        _known_on,
        _run_id
    from received.raw.allocations
),

adjustments as (
    select
        'adjustments' as feed,
        adjustment_id as row_key,
        debtor_id,
        invoice_id,
        cast(null as string) as parent_id,
        cast(null as string) as reference,
        cast(null as bigint) as instalment_no,
        cast(null as date) as allocated_on,
        amount,
        adjusted_on as effective_on,
        withdrawn_on,
        raised_by as officer_id,
        approved_by,
        _file_day,
        _source_file,
        _source_line,
        _known_on,
        _run_id
    from received.raw.adjustments
),

write_offs as (
    select
        'write_offs' as feed,
        write_off_id as row_key,
        debtor_id,
        invoice_id,
        cast(null as string) as parent_id,
        cast(null as string) as reference,
        cast(null as bigint) as instalment_no,
        cast(null as date) as allocated_on,
        amount,
        written_off_on as effective_on,
        withdrawn_on,
        posted_by as officer_id,
        cast(null as string) as approved_by,
        _file_day,
        _source_file,
        _source_line,
        _known_on,
        _run_id
    from received.raw.write_offs
),

write_backs as (
    select
        'write_backs' as feed,
        write_back_id as row_key,
        cast(null as string) as debtor_id,
        cast(null as string) as invoice_id,
        write_off_id as parent_id,
        cast(null as string) as reference,
        cast(null as bigint) as instalment_no,
        cast(null as date) as allocated_on,
        amount,
        written_back_on as effective_on,
        withdrawn_on,
        cast(null as string) as officer_id,
        cast(null as string) as approved_by,
        _file_day,
        _source_file,
        _source_line,
        _known_on,
        _run_id
    from received.raw.write_backs
),

arrangements as (
    select
        'arrangements' as feed,
        arrangement_id as row_key,
        debtor_id,
        cast(null as string) as invoice_id,
        cast(null as string) as parent_id,
        cast(null as string) as reference,
        cast(null as bigint) as instalment_no,
        cast(null as date) as allocated_on,
        cast(null as decimal(18, 2)) as amount,
        agreed_on as effective_on,
        withdrawn_on,
        officer_id,
        cast(null as string) as approved_by,
        _file_day,
        _source_file,
        _source_line,
        _known_on,
        _run_id
    from received.raw.arrangements
),

debtors as (
    select
        'debtors' as feed,
        debtor_id as row_key,
        debtor_id,
        cast(null as string) as invoice_id,
        cast(null as string) as parent_id,
        cast(null as string) as reference,
        cast(null as bigint) as instalment_no,
        cast(null as date) as allocated_on,
        cast(null as decimal(18, 2)) as amount,
        cast(null as date) as effective_on,
        withdrawn_on,
        cast(null as string) as officer_id,
        cast(null as string) as approved_by,
        _file_day,
        _source_file,
        _source_line,
        _known_on,
        _run_id
    from received.raw.debtors
),

every_row as (
    select * from invoices
    union all
    select * from invoice_instalments
    union all
    select * from credit_notes
    union all
    select * from receipts
    union all
    select * from receipt_reversals
    union all
    select * from refunds
    union all
    select * from allocations
    union all
    select * from adjustments
    union all
    select * from write_offs
    union all
    select * from write_backs
    union all
    select * from arrangements
    union all
    select * from debtors
)

select * from every_row
