{{ config(materialized="view") }}

with

lines as (
    select * from {{ ref('stg_agency_remittances') }}
),

rates as (
    select * from {{ ref('stg_agency_rates') }}
),

placed as (
    select * from {{ ref('int_debts_placed') }}
),

-- The rate of the day on which the agency collected; commission and VAT each half up to the penny.
charged as (
    select
        lines.*,
        rates.commission_rate,
        rates.vat_rate,
        cast(coalesce(rates.vat_rate, 0) as decimal(9, 6)) as vat_charged_rate,
        placed.invoice_id,
        placed.debtor_id,
        placed.placement_id is null as is_placement_unknown,
        coalesce(placed.agency_id != lines.agency_id, false) as is_of_other_agency,
        coalesce(
            lines.collected_on < placed.placed_on or lines.collected_on >= placed.ended_on, false
        ) as is_outside_placement,
        {{ share_of('lines.gross_amount', 'rates.commission_rate') }} as commission
    from lines
    left join placed on lines.placement_id = placed.placement_id
    left join rates
        on
            lines.agency_id = rates.agency_id
            and lines.collected_on >= rates.from_on
            and lines.collected_on < rates.until_on
)

select * from charged
