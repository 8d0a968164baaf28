with

proposed as (
    select * from {{ ref('agency_placements_proposed') }}
    where is_proposed
),

invoices as (
    select
        invoice_id,
        invoice_date,
        own_due_date
    from {{ ref('int_invoices') }}
),

addresses as (
    select * from {{ ref('stg_debtor_addresses') }}
),

final as (
    select
        proposed.as_of_date,
        proposed.known_at,
        proposed.agency_id,
        proposed.invoice_id,
        proposed.debtor_id,
        proposed.party_type,
        addresses.name,
        addresses.address_line_1,
        addresses.address_line_2,
        addresses.town,
        addresses.postcode,
        addresses.email,
        addresses.telephone,
        invoices.invoice_date,
        invoices.own_due_date as due_date,
        proposed.outstanding_amount
    from proposed
    inner join invoices on proposed.invoice_id = invoices.invoice_id
    left join addresses on proposed.debtor_id = addresses.debtor_id
)

select * from final
