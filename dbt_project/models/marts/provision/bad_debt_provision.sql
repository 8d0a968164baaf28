with

open_items as (
    select
        debtor_id,
        debt_type,
        age_band,
        outstanding_amount
    from {{ ref('open_items') }}
    -- Open credits need no provision and do not reduce the exposure.
    where coalesce(age_band, '') != 'unallocated_credit'
),

debtors as (
    select
        debtor_id,
        party_type
    from {{ ref('stg_debtors') }}
),

rates as (
    select * from {{ ref('int_provision_rates') }}
    where moment = 'today' and status = ''
),

position as (
    select * from {{ ref('stg_position') }}
),

exposures as (
    select
        coalesce(open_items.debt_type, '') as debt_type,
        coalesce(debtors.party_type, '') as party_type,
        coalesce(open_items.age_band, '') as age_band,
        cast(sum(open_items.outstanding_amount) as decimal(18, 2)) as outstanding_amount,
        count(*) as item_count
    from open_items
    left join debtors on open_items.debtor_id = debtors.debtor_id
    group by
        coalesce(open_items.debt_type, ''),
        coalesce(debtors.party_type, ''),
        coalesce(open_items.age_band, '')
),

final as (
    select
        position.as_of_date,
        position.known_at,
        nullif(exposures.debt_type, '') as debt_type,
        nullif(exposures.party_type, '') as party_type,
        nullif(exposures.age_band, '') as age_band,
        exposures.outstanding_amount,
        exposures.item_count,
        rates.rate,
        {{ share_of('exposures.outstanding_amount', 'rates.rate') }} as provision_amount,
        case
            when rates.policy_row is null then 'no_rate'
            when rates.rate is null then 'rate_unusable'
        end as no_provision_reason,
        rates.policy_row
    from exposures
    cross join position
    left join rates
        on
            exposures.debt_type = rates.debt_type
            and exposures.party_type = rates.party_type
            and exposures.age_band = rates.age_band
)

select * from final
