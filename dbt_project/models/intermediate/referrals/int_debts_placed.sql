with

placements as (
    select * from {{ ref('stg_agency_placements') }}
),

invoices as (
    select
        invoice_id,
        debtor_id
    from {{ ref('int_invoices') }}
),

placed as (
    select
        placements.placement_id,
        placements.invoice_id,
        placements.agency_id,
        placements.placed_on,
        coalesce(
            least(
                coalesce(placements.closed_on, placements.recall_acknowledged_on),
                coalesce(placements.recall_acknowledged_on, placements.closed_on)
            ),
            date '9999-12-31'
        ) as ended_on,
        invoices.debtor_id
    from placements
    left join invoices on placements.invoice_id = invoices.invoice_id
)

select * from placed
