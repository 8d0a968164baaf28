with

provision_rates as (
    select * from {{ ref('stg_policy__provision_rates') }}
),

age_bands as (
    select band from {{ ref('stg_policy__age_bands') }}
    where unit is not null
),

services as (
    select debt_type from {{ ref('stg_services') }}
),

debtors as (
    select party_type from {{ ref('stg_debtors') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

-- The days on which the provision is calculated: today, and the two days that it is compared with.
moments as (
    select
        'today' as moment,
        as_of_date as measured_on
    from position
    union all
    {{ days_compared_with() }}
),

-- Blanks are values of their own: an item without an invoice, a debtor whose row has not arrived,
-- and an age outside every band. The general rows apply to them.
debt_types as (
    select debt_type from services
    union
    select '' as debt_type
),

party_types as (
    select party_type from debtors
    union
    select '' as party_type
),

bands as (
    select band from age_bands
    union
    select '' as band
),

ranked as (
    select
        moments.moment,
        moments.measured_on,
        debt_types.debt_type,
        party_types.party_type,
        bands.band as age_band,
        coalesce(provision_rates.status, '') as status,
        provision_rates.rate,
        provision_rates.policy_row,
        provision_rates.effective_from,
        row_number() over (
            partition by
                moments.moment, debt_types.debt_type, party_types.party_type, bands.band,
                coalesce(provision_rates.status, '')
            order by
                provision_rates.debt_type asc nulls last,
                provision_rates.party_type asc nulls last,
                provision_rates.band asc nulls last,
                provision_rates.policy_row asc nulls last
        ) as place
    from provision_rates
    inner join moments on {{ policy_in_force('provision_rates', 'moments.measured_on') }}
    inner join debt_types
        on coalesce(provision_rates.debt_type, debt_types.debt_type) = debt_types.debt_type
    inner join party_types
        on coalesce(provision_rates.party_type, party_types.party_type) = party_types.party_type
    inner join bands
        on coalesce(provision_rates.band, bands.band) = bands.band
),

-- The most specific row applies even if its rate is missing: a missing rate is never guessed.
resolved as (
    select
        moment,
        measured_on,
        debt_type,
        party_type,
        age_band,
        status,
        rate,
        policy_row,
        effective_from
    from ranked
    where place = 1
)

select * from resolved
