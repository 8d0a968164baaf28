with

position as (
    select * from {{ ref('stg_position') }}
),

-- Receipts that are identified, as now known.
identified as (
    select
        credit_id as receipt_id,
        credited_on as received_on
    from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt' and debtor_id is not null
),

known_receipts as (
    select
        rows_known.receipt_id,
        rows_known.debtor_id,
        rows_known.invoice_id,
        case when rows_known.invoice_id is null then rows_known.reference end as reference,
        rows_known._known_on as known_on
    from {{ source('raw', 'receipts') }} as rows_known
    inner join position on rows_known._known_on <= position.known_at
),

arrivals as (
    select
        receipt_id,
        min(known_on) as arrived_on,
        min(case when debtor_id is not null then known_on end) as named_on
    from known_receipts
    group by receipt_id
),

-- Receipts whose first version named no debtor: something else identified them.
candidates as (
    select
        arrivals.receipt_id,
        identified.received_on,
        arrivals.arrived_on,
        arrivals.named_on
    from arrivals
    inner join identified on arrivals.receipt_id = identified.receipt_id
    where coalesce(arrivals.named_on != arrivals.arrived_on, true)
),

versions as (
    select known_receipts.*
    from known_receipts
    inner join candidates on known_receipts.receipt_id = candidates.receipt_id
),

-- The day from which an id could identify a receipt: known, and in force.
ids as (
    select
        'invoice' as id_kind,
        rows_known.invoice_id as id,
        min(greatest(rows_known._known_on, rows_known.invoice_date)) as found_from
    from {{ source('raw', 'invoices') }} as rows_known
    inner join position on rows_known._known_on <= position.known_at
    group by rows_known.invoice_id
    union all
    select
        'arrangement' as id_kind,
        rows_known.arrangement_id as id,
        min(greatest(rows_known._known_on, rows_known.agreed_on)) as found_from
    from {{ source('raw', 'arrangements') }} as rows_known
    inner join position on rows_known._known_on <= position.known_at
    group by rows_known.arrangement_id
    union all
    select
        'debtor' as id_kind,
        rows_known.debtor_id as id,
        min(rows_known._known_on) as found_from
    from {{ source('raw', 'debtors') }} as rows_known
    inner join position on rows_known._known_on <= position.known_at
    group by rows_known.debtor_id
),

allocations as (
    select
        rows_known.source_id as receipt_id,
        rows_known.invoice_id,
        greatest(rows_known._known_on, rows_known.allocated_on) as known_on
    from {{ source('raw', 'allocations') }} as rows_known
    inner join position on rows_known._known_on <= position.known_at
    where rows_known.source_type = 'receipt'
),

every_way as (
    select
        receipt_id,
        named_on as found_on
    from candidates
    where named_on is not null
    union all
    select
        versions.receipt_id,
        greatest(versions.known_on, ids.found_from) as found_on
    from versions
    inner join ids on versions.invoice_id = ids.id and ids.id_kind = 'invoice'
    union all
    select
        versions.receipt_id,
        greatest(versions.known_on, ids.found_from) as found_on
    from versions
    inner join ids on versions.reference = ids.id
    union all
    select
        candidates.receipt_id,
        greatest(allocations.known_on, ids.found_from) as found_on
    from candidates
    inner join allocations on candidates.receipt_id = allocations.receipt_id
    inner join ids on allocations.invoice_id = ids.id and ids.id_kind = 'invoice'
),

found as (
    select
        receipt_id,
        min(found_on) as found_on
    from every_way
    group by receipt_id
),

-- What became known only after the run's day counts on the run's day: by then the receipt is
-- identified.
final as (
    select
        candidates.receipt_id,
        candidates.received_on,
        least(greatest(found.found_on, candidates.received_on), position.as_of_date)
            as identified_on
    from candidates
    inner join found on candidates.receipt_id = found.receipt_id
    cross join position
    where found.found_on > greatest(candidates.arrived_on, candidates.received_on)
)

select * from final
