-- No debtor goes to an agency or to court who is under a hold today, whose debt is already placed
-- or statute barred, or whose stage is not due. Read from holds and placements, not from blocks.
with

packs as (
    select
        invoice_id,
        debtor_id
    from {{ ref('agency_placements_proposed') }}
    where is_proposed
    union all
    select
        invoice_id,
        debtor_id
    from {{ ref('legal_handover') }}
    where is_ready
),

invoices as (
    select
        invoice_id,
        invoice_date
    from {{ ref('int_invoices') }}
),

holds as (
    select holds_reached.*
    from {{ ref('int_holds_reached') }} as holds_reached
    cross join {{ ref('stg_position') }} as today
    where
        holds_reached.starts_on <= today.as_of_date
        and (holds_reached.ends_on is null or holds_reached.ends_on >= today.as_of_date)
),

dated as (
    select
        packs.invoice_id,
        packs.debtor_id,
        invoices.invoice_date
    from packs
    left join invoices on packs.invoice_id = invoices.invoice_id
),

at_fault as (
    {{ reached_by_holds(
        'dated',
        'holds',
        invoice_id='invoice_id',
        dated_on='invoice_date',
        columns=['dated.invoice_id', 'holds.hold_source as fault']
    ) }}
    union all
    select
        packs.invoice_id,
        'placed' as fault
    from packs
    inner join {{ ref('stg_agency_placements') }} as placements
        on packs.invoice_id = placements.invoice_id
    where {{ placement_is_open('placements') }}
    union all
    select
        packs.invoice_id,
        'barred' as fault
    from packs
    inner join {{ ref('limitation_clock') }} as limitation
        on packs.invoice_id = limitation.invoice_id
    where coalesce(limitation.is_barred_for_claims, true)
    union all
    select
        packs.invoice_id,
        'not due' as fault
    from packs
    left join {{ ref('recovery_stages') }} as staged on packs.invoice_id = staged.invoice_id
    where not coalesce(staged.is_due, false)
)

select * from at_fault
