with

cohorts as (
    select * from {{ ref('int_provision_cohorts') }}
    where moment = 'year_opening'
),

rates as (
    select * from {{ ref('int_provision_rates') }}
    where status = ''
),

bad_debt_provision as (
    select * from {{ ref('bad_debt_provision') }}
),

position as (
    select
        as_of_date,
        known_at,
        {{ year_end_before('as_of_date') }} as opening_on
    from {{ ref('stg_position') }}
),

opening_rates as (
    select * from rates
    where moment = 'year_opening'
),

closing_rates as (
    select * from rates
    where moment = 'today'
),

-- The matrix in use, named by the day from which its newest row applies.
matrices as (
    select
        debt_type,
        max(case when moment = 'year_opening' then effective_from end) as opening_from,
        max(case when moment = 'today' then effective_from end) as closing_from
    from rates
    group by debt_type
),

-- Debts without a rate have no provision; their amount has columns of its own.
rated as (
    select
        cohorts.*,
        coalesce(opening_rates.rate, 0) as opening_rate,
        coalesce(aged_rates.rate, 0) as aged_rate,
        coalesce(closing_rates.rate, 0) as closing_rate,
        case when opening_rates.rate is null then cohorts.opening_amount else 0 end
            as opening_without_rate
    from cohorts
    left join opening_rates
        on
            cohorts.debt_type = opening_rates.debt_type
            and cohorts.party_type = opening_rates.party_type
            and cohorts.age_band_then = opening_rates.age_band
    left join opening_rates as aged_rates
        on
            cohorts.debt_type = aged_rates.debt_type
            and cohorts.party_type = aged_rates.party_type
            and cohorts.age_band_now = aged_rates.age_band
    left join closing_rates
        on
            cohorts.debt_type = closing_rates.debt_type
            and cohorts.party_type = closing_rates.party_type
            and cohorts.age_band_now = closing_rates.age_band
),

-- Exact products of amount and rate: nothing is rounded before it is added up.
steps as (
    select
        debt_type,
        sum(opening_amount) as opening_outstanding,
        sum(opening_without_rate) as opening_without_rate,
        cast(sum(opening_amount * opening_rate) as decimal(28, 8)) as opening_exact,
        cast(sum(case when is_new then open_amount * closing_rate else 0 end) as decimal(28, 8))
            as new_debt_exact,
        cast(-sum(collected_amount * opening_rate) as decimal(28, 8)) as collected_exact,
        cast(-sum(written_off_amount * opening_rate) as decimal(28, 8)) as written_off_exact,
        cast(-sum(credited_amount * opening_rate) as decimal(28, 8)) as credited_exact,
        cast(
            sum(case when is_new then 0 else open_amount * (aged_rate - opening_rate) end)
            as decimal(28, 8)
        ) as aged_exact,
        cast(
            sum(case when is_new then 0 else open_amount * (closing_rate - aged_rate) end)
            as decimal(28, 8)
        ) as policy_changed_exact
    from rated
    group by debt_type
),

-- The opening provision is rounded row by row, like the published one.
opening_rows as (
    select
        debt_type,
        party_type,
        age_band_then,
        cast(sum(opening_amount) as decimal(18, 2)) as outstanding_amount,
        max(opening_rate) as rate
    from rated
    where not is_new
    group by
        debt_type,
        party_type,
        age_band_then
),

openings as (
    select
        debt_type,
        sum({{ share_of('outstanding_amount', 'rate') }}) as provision_amount
    from opening_rows
    group by debt_type
),

closings as (
    select
        coalesce(debt_type, '') as debt_type,
        sum(outstanding_amount) as outstanding_amount,
        sum(case when rate is null then outstanding_amount else 0 end) as without_rate_amount,
        sum(coalesce(provision_amount, 0)) as provision_amount,
        cast(sum(outstanding_amount * coalesce(rate, 0)) as decimal(28, 8)) as provision_exact
    from bad_debt_provision
    group by coalesce(debt_type, '')
),

debt_types as (
    select debt_type from steps
    union
    select debt_type from closings
),

-- The closing provision is the published one, so that the difference proves something.
bridged as (
    select
        debt_types.debt_type,
        coalesce(steps.opening_outstanding, 0) as opening_outstanding,
        coalesce(steps.opening_without_rate, 0) as opening_without_rate,
        coalesce(openings.provision_amount, 0) as opening_provision,
        cast(coalesce(steps.new_debt_exact, 0) * 0.01 as decimal(18, 2)) as new_debt,
        cast(coalesce(steps.collected_exact, 0) * 0.01 as decimal(18, 2)) as collected,
        cast(coalesce(steps.written_off_exact, 0) * 0.01 as decimal(18, 2)) as written_off,
        cast(coalesce(steps.credited_exact, 0) * 0.01 as decimal(18, 2)) as credited,
        cast(coalesce(steps.aged_exact, 0) * 0.01 as decimal(18, 2)) as aged,
        cast(coalesce(steps.policy_changed_exact, 0) * 0.01 as decimal(18, 2)) as policy_changed,
        coalesce(closings.provision_amount, 0) as closing_provision,
        coalesce(closings.outstanding_amount, 0) as closing_outstanding,
        coalesce(closings.without_rate_amount, 0) as closing_without_rate,
        cast(
            cast(
                coalesce(steps.opening_exact, 0)
                + coalesce(steps.new_debt_exact, 0)
                + coalesce(steps.collected_exact, 0)
                + coalesce(steps.written_off_exact, 0)
                + coalesce(steps.credited_exact, 0)
                + coalesce(steps.aged_exact, 0)
                + coalesce(steps.policy_changed_exact, 0)
                - coalesce(closings.provision_exact, 0)
                as decimal(28, 8)
            ) * 0.01
            as decimal(18, 2)
        ) as difference
    from debt_types
    left join steps on debt_types.debt_type = steps.debt_type
    left join openings on debt_types.debt_type = openings.debt_type
    left join closings on debt_types.debt_type = closings.debt_type
),

final as (
    select
        position.as_of_date,
        position.known_at,
        position.opening_on,
        nullif(bridged.debt_type, '') as debt_type,
        cast(bridged.opening_outstanding as decimal(18, 2)) as opening_outstanding_amount,
        cast(bridged.opening_provision as decimal(18, 2)) as opening_provision_amount,
        bridged.new_debt as new_debt_amount,
        bridged.collected as collected_amount,
        bridged.written_off as written_off_amount,
        bridged.credited as credited_amount,
        bridged.aged as aged_amount,
        bridged.policy_changed as policy_changed_amount,
        cast(
            bridged.closing_provision
            - bridged.opening_provision
            - bridged.new_debt
            - bridged.collected
            - bridged.written_off
            - bridged.credited
            - bridged.aged
            - bridged.policy_changed
            + bridged.difference
            as decimal(18, 2)
        ) as rounding_amount,
        cast(bridged.closing_provision as decimal(18, 2)) as closing_provision_amount,
        cast(bridged.closing_outstanding as decimal(18, 2)) as closing_outstanding_amount,
        cast(
            bridged.closing_provision - bridged.opening_provision - bridged.written_off
            as decimal(18, 2)
        ) as charge_amount,
        cast(bridged.opening_without_rate as decimal(18, 2)) as opening_without_rate_amount,
        cast(bridged.closing_without_rate as decimal(18, 2)) as closing_without_rate_amount,
        matrices.opening_from as opening_rates_from,
        matrices.closing_from as closing_rates_from,
        bridged.difference
    from bridged
    cross join position
    left join matrices on bridged.debt_type = matrices.debt_type
)

select * from final
