with

requests as (
    select
        request_id,
        invoice_id,
        debtor_id,
        amount
    from {{ ref('int_write_off_requests') }}
    where life_cycle != 'posted'
),

open_items as (
    select
        invoice_id,
        debtor_id,
        coalesce(debt_type, '') as debt_type,
        coalesce(age_band, '') as age_band,
        outstanding_amount
    from {{ ref('open_items') }}
    where coalesce(age_band, '') != 'unallocated_credit'
),

debtors as (
    select
        debtor_id,
        coalesce(party_type, '') as party_type
    from {{ ref('stg_debtors') }}
),

rates as (
    select * from {{ ref('int_provision_rates') }}
    where moment = 'today' and status = ''
),

provided as (
    select
        requests.request_id,
        requests.amount,
        {{ share_of('open_items.outstanding_amount', 'rates.rate') }} as provision_amount,
        rates.rate is null as has_no_rate,
        rates.policy_row
    from requests
    inner join open_items
        on
            requests.invoice_id = open_items.invoice_id
            and requests.debtor_id = open_items.debtor_id
    left join debtors on open_items.debtor_id = debtors.debtor_id
    left join rates
        on
            open_items.debt_type = rates.debt_type
            and open_items.age_band = rates.age_band
            and coalesce(debtors.party_type, '') = rates.party_type
),

-- The part without a provision is charged to the service when the debt is written off.
final as (
    select
        request_id,
        cast(sum(coalesce(provision_amount, 0)) as decimal(18, 2)) as provision_amount,
        cast(
            greatest(max(amount) - sum(coalesce(provision_amount, 0)), 0) as decimal(18, 2)
        ) as charge_amount,
        bool_or(has_no_rate) as has_no_rate,
        max(policy_row) as policy_row
    from provided
    group by request_id
)

select * from final
