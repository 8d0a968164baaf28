with

ready as (
    select * from {{ ref('legal_handover') }}
    where is_ready
),

invoices as (
    select
        invoice_id,
        invoice_date,
        own_due_date
    from {{ ref('int_invoices') }}
),

supplies as (
    select
        invoice_id,
        supply_from,
        supply_to
    from {{ ref('stg_invoices') }}
),

debtors as (
    select
        debtor_id,
        nullif(company_number, '') as company_number
    from {{ ref('stg_debtors') }}
),

addresses as (
    select * from {{ ref('stg_debtor_addresses') }}
),

final as (
    select
        ready.as_of_date,
        ready.known_at,
        ready.invoice_id,
        ready.debtor_id,
        ready.party_type,
        addresses.name,
        debtors.company_number,
        addresses.address_line_1,
        addresses.address_line_2,
        addresses.town,
        addresses.postcode,
        invoices.invoice_date,
        invoices.own_due_date as due_date,
        supplies.supply_from,
        supplies.supply_to,
        ready.outstanding_amount,
        ready.letter_of_claim_sent_on,
        ready.reply_window_ends_on,
        ready.limitation_last_day,
        ready.issue_fee_amount,
        ready.fixed_costs_amount
    from ready
    inner join invoices on ready.invoice_id = invoices.invoice_id
    left join supplies on ready.invoice_id = supplies.invoice_id
    left join debtors on ready.debtor_id = debtors.debtor_id
    left join addresses on ready.debtor_id = addresses.debtor_id
)

select * from final
