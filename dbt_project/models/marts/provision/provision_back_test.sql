with

cohorts as (
    select * from {{ ref('int_provision_cohorts') }}
    where moment = 'year_before' and not is_new
),

rates as (
    select * from {{ ref('int_provision_rates') }}
    where status = ''
),

position as (
    select
        as_of_date,
        known_at,
        {{ add_months('as_of_date', -12) }} as cohort_on
    from {{ ref('stg_position') }}
),

rates_then as (
    select * from rates
    where moment = 'year_before'
),

rates_now as (
    select * from rates
    where moment = 'today'
),

-- Debts of the cohort that are still open are provided for at the rates for their age today.
outcomes as (
    select
        cohorts.debt_type,
        cohorts.party_type,
        cohorts.age_band_then,
        sum(cohorts.item_count) as item_count,
        cast(sum(cohorts.opening_amount) as decimal(18, 2)) as opening_amount,
        cast(sum(cohorts.collected_amount) as decimal(18, 2)) as collected_amount,
        cast(sum(cohorts.written_off_amount) as decimal(18, 2)) as written_off_amount,
        cast(sum(cohorts.credited_amount) as decimal(18, 2)) as credited_amount,
        cast(sum(cohorts.open_amount) as decimal(18, 2)) as open_amount,
        sum(case
            when rates_now.rate is null then cohorts.open_amount
            else 0
        end) as open_without_rate,
        cast(
            sum(cohorts.open_amount * coalesce(rates_now.rate, 0)) as decimal(28, 8)
        ) as open_provision_exact
    from cohorts
    left join rates_now
        on
            cohorts.debt_type = rates_now.debt_type
            and cohorts.party_type = rates_now.party_type
            and cohorts.age_band_now = rates_now.age_band
    group by
        cohorts.debt_type,
        cohorts.party_type,
        cohorts.age_band_then
),

compared as (
    select
        outcomes.*,
        rates_then.rate as rate_then,
        rates_then.policy_row,
        {{ share_of('outcomes.opening_amount', 'rates_then.rate') }}
            as provided_then,
        case
            when outcomes.open_without_rate = 0
                then cast(outcomes.open_provision_exact * 0.01 as decimal(18, 2))
        end as provided_now
    from outcomes
    left join rates_then
        on
            outcomes.debt_type = rates_then.debt_type
            and outcomes.party_type = rates_then.party_type
            and outcomes.age_band_then = rates_then.age_band
),

-- In hundredths of a per cent of the opening amount, rounded half up.
judged as (
    select
        compared.*,
        compared.written_off_amount + compared.provided_now as loss_amount,
        {{ divide_whole(
            '20000 * ' ~ pence('compared.written_off_amount + compared.provided_now')
            ~ ' + ' ~ pence('compared.opening_amount'),
            '2 * ' ~ pence('compared.opening_amount')
        ) }} as loss_hundredths
    from compared
),

final as (
    select
        position.as_of_date,
        position.known_at,
        position.cohort_on,
        nullif(judged.debt_type, '') as debt_type,
        nullif(judged.party_type, '') as party_type,
        nullif(judged.age_band_then, '') as age_band,
        cast(judged.item_count as bigint) as item_count,
        judged.opening_amount,
        judged.rate_then,
        judged.provided_then as provided_then_amount,
        judged.collected_amount,
        judged.credited_amount,
        judged.written_off_amount,
        judged.open_amount as still_open_amount,
        judged.provided_now as provided_now_amount,
        cast(judged.loss_amount as decimal(18, 2)) as loss_amount,
        cast(cast(judged.loss_hundredths as decimal(11, 0)) * 0.01 as decimal(9, 2)) as loss_rate,
        cast(judged.provided_then - judged.loss_amount as decimal(18, 2)) as over_provided_amount,
        judged.policy_row
    from judged
    cross join position
)

select * from final
