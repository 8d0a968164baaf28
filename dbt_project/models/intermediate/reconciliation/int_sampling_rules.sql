with

sampling_rules as (
    select * from {{ ref('stg_policy__sampling_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- The financial year that ended last: on the day looked at, where that is a 31 March.
years as (
    select
        as_of_date,
        known_at,
        {{ year_end_before(add_days('as_of_date', 1)) }} as year_end
    from position
),

rules as (
    select
        years.as_of_date,
        years.known_at,
        years.year_end,
        {{ financial_year_start('years.year_end') }} as year_start,
        {{ figure_of('sampling_rules', 'seed') }} as seed,
        {{ figure_of('sampling_rules', 'random_items', 'bigint') }} as random_items,
        {{ figure_of('sampling_rules', 'risk_items', 'bigint') }} as risk_items,
        {{ figure_of('sampling_rules', 'round_sum', 'decimal(18, 2)') }} as round_sum,
        {{ figure_of('sampling_rules', 'year_end_days', 'bigint') }} as year_end_days,
        {{ figure_of('sampling_rules', 'old_debt_days', 'bigint') }} as old_debt_days,
        max(
            case when sampling_rules.rule = 'seed' then sampling_rules.policy_row end
        ) as seed_policy_row,
        max(
            case when sampling_rules.rule = 'random_items' then sampling_rules.policy_row end
        ) as random_policy_row,
        max(
            case when sampling_rules.rule = 'risk_items' then sampling_rules.policy_row end
        ) as risk_policy_row
    from years
    left join sampling_rules
        on {{ policy_in_force('sampling_rules', 'years.year_end') }}
    group by years.as_of_date, years.known_at, years.year_end
)

select * from rules
