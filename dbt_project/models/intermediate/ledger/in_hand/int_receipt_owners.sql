with

receipts as (
    select
        receipt_id,
        debtor_id,
        invoice_id,
        reference
    from {{ ref('stg_receipts') }}
),

invoices as (
    select
        invoice_id,
        debtor_id
    from {{ ref('stg_invoices') }}
),

arrangements as (
    select
        arrangement_id,
        debtor_id
    from {{ ref('stg_arrangements') }}
),

debtors as (
    select debtor_id from {{ ref('stg_debtors') }}
),

allocations as (
    select
        source_id,
        invoice_id
    from {{ ref('stg_allocations') }}
    where source_type = 'receipt'
),

position as (
    select known_at from {{ ref('stg_position') }}
),

mentioned as (
    select * from {{ ref('int_rows_mentioned') }}
),

receipts_mentioned as (
    select row_id as receipt_id
    from mentioned
    where feed = 'receipts'
),

names_mentioned as (
    select distinct row_id as named_id
    from mentioned
    where feed in ('invoices', 'arrangements', 'debtors')
),

-- Earlier versions of a mentioned receipt may have named something else.
receipts_without_debtor as (
    select
        receipt_id,
        invoice_id,
        case when invoice_id is null then reference end as reference
    from receipts
    where debtor_id is null
    union
    select
        versions.receipt_id,
        versions.invoice_id,
        case when versions.invoice_id is null then versions.reference end as reference
    from {{ source('raw', 'receipts') }} as versions
    inner join receipts_mentioned on versions.receipt_id = receipts_mentioned.receipt_id
    inner join position on versions._known_on <= position.known_at
    where versions.debtor_id is null
),

names as (
    select
        receipt_id,
        reference,
        coalesce(invoice_id, reference) as sought_invoice_id
    from receipts_without_debtor
),

owners as (
    select
        names.receipt_id,
        names.sought_invoice_id as named_id,
        invoices.debtor_id
    from names
    left join invoices on names.sought_invoice_id = invoices.invoice_id
    union
    select
        names.receipt_id,
        names.reference as named_id,
        arrangements.debtor_id
    from names
    inner join arrangements on names.reference = arrangements.arrangement_id
    union
    select
        names.receipt_id,
        names.reference as named_id,
        debtors.debtor_id
    from names
    inner join debtors on names.reference = debtors.debtor_id
    union
    select
        names.receipt_id,
        allocations.invoice_id as named_id,
        invoices.debtor_id
    from names
    inner join allocations on names.receipt_id = allocations.source_id
    left join invoices on allocations.invoice_id = invoices.invoice_id
),

-- What a receipt names may have arrived, been withdrawn, or moved to another debtor.
reached as (
    select receipt_id from receipts_mentioned
    union
    select owners.receipt_id
    from owners
    inner join names_mentioned on owners.named_id = names_mentioned.named_id
),

judged as (
    select
        owners.receipt_id,
        owners.debtor_id,
        reached.receipt_id is not null as is_reached
    from owners
    left join reached on owners.receipt_id = reached.receipt_id
)

select distinct * from judged
