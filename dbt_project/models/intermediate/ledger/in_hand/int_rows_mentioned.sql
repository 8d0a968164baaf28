with

touched as (
    select * from {{ ref('stg_rows_touched') }}
),

position as (
    select known_at from {{ ref('stg_position') }}
),

-- Changed rows that affect the row they name, in every known version.
invoice_instalments as (
    {{ versions_listed('invoice_instalments', 'touched') }}
),

arrangement_invoices as (
    {{ versions_listed('arrangement_invoices', 'touched') }}
),

allocations as (
    {{ versions_listed('allocations', 'touched') }}
),

receipt_reversals as (
    {{ versions_listed('receipt_reversals', 'touched') }}
),

refunds as (
    {{ versions_listed('refunds', 'touched') }}
),

write_backs as (
    {{ versions_listed('write_backs', 'touched') }}
),

directly as (
    select
        feed,
        row_id
    from touched
    union
    select
        'invoices' as feed,
        invoice_id as row_id
    from invoice_instalments
    union
    select
        'arrangements' as feed,
        arrangement_id as row_id
    from arrangement_invoices
    union
    select
        'invoices' as feed,
        invoice_id as row_id
    from allocations
    union
    select
        source_type || 's' as feed,
        source_id as row_id
    from allocations
    union
    select
        'receipts' as feed,
        receipt_id as row_id
    from receipt_reversals
    union
    select
        'receipts' as feed,
        receipt_id as row_id
    from refunds
    where receipt_id is not null
    union
    select
        'write_offs' as feed,
        write_off_id as row_id
    from write_backs
),

-- Arrangements that share an invoice affect each other.
shared as (
    select
        arrangement_invoices.arrangement_id,
        arrangement_invoices.invoice_id
    from {{ source('raw', 'arrangement_invoices') }} as arrangement_invoices
    inner join position on arrangement_invoices._known_on <= position.known_at
),

invoices_of_arrangements as (
    select distinct shared.invoice_id
    from directly
    inner join shared on directly.row_id = shared.arrangement_id
    where directly.feed = 'arrangements'
),

every_mention as (
    select * from directly
    union
    select
        'invoices' as feed,
        invoice_id as row_id
    from invoices_of_arrangements
    union
    select
        'arrangements' as feed,
        shared.arrangement_id as row_id
    from invoices_of_arrangements
    inner join shared on invoices_of_arrangements.invoice_id = shared.invoice_id
)

select * from every_mention
