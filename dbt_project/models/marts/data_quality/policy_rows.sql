with

age_bands as (
    select * from {{ ref('stg_policy__age_bands') }}
),

write_off_authority as (
    select * from {{ ref('stg_policy__write_off_authority') }}
),

write_off_reasons as (
    select * from {{ ref('stg_policy__write_off_reasons') }}
),

check_codes as (
    select * from {{ ref('stg_policy__check_codes') }}
),

limitation_periods as (
    select * from {{ ref('stg_policy__limitation_periods') }}
),

contact_remedies as (
    select * from {{ ref('stg_policy__contact_remedies') }}
),

agency_panel as (
    select * from {{ ref('stg_policy__agency_panel') }}
),

court_fees as (
    select * from {{ ref('stg_policy__court_fees') }}
),

provision_rates as (
    select * from {{ ref('stg_policy__provision_rates') }}
),

support_offers as (
    select * from {{ ref('stg_policy__support_offers') }}
),

kpi_targets as (
    select * from {{ ref('stg_policy__kpi_targets') }}
),

recovery_timetable as (
    select * from {{ ref('stg_policy__recovery_timetable') }}
),

single_figures as (
    {%- for table in [
        'affordability_rules', 'agency_rules', 'arrangement_rules', 'bank_matching_rules',
        'casework_rules', 'contact_rules', 'early_help_rules', 'legal_rules',
        'publication_retention', 'sampling_rules'
    ] %}
        select
            '{{ table }}' as policy_table,
            policy_row,
            rule,
            value,
            unit,
            effective_from,
            effective_to
        from {{ ref('stg_policy__' ~ table) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

position as (
    select * from {{ ref('stg_position') }}
),

described as (
    select
        policy_row,
        'age_bands' as policy_table,
        band as code,
        'all' as applies_to,
        case
            when unit is null then 'open credits, which have no due date'
            when upper_bound is null then 'everything older than the band before'
            when unit = 'days' and upper_bound = 0 then 'up to the due date itself'
            when unit = 'days' then 'up to ' || cast(upper_bound as string) || ' days past due'
            when upper_bound = 1 then 'up to 1 year after the due date'
            else 'up to ' || cast(upper_bound as string) || ' years after the due date'
        end as meaning,
        effective_from,
        effective_to
    from age_bands
    union all
    select
        policy_row,
        policy_table,
        rule as code,
        'all' as applies_to,
        replace(value, '_', ' ') || coalesce(' ' || unit, '') as meaning,
        effective_from,
        effective_to
    from single_figures
    union all
    select
        policy_row,
        'recovery_timetable' as policy_table,
        stage as code,
        coalesce(debt_type, 'every debt type') || ', ' || coalesce(party_type, 'every party type')
            as applies_to,
        coalesce(cast(not_before_days as string) || ' days after the due date', 'no day')
        || coalesce(', ' || cast(after_previous_days as string) || ' after the stage before', '')
        || coalesce(', from ' || cast(minimum_balance as string) || ' pounds', '')
        || case usage
            when 'left_out' then '; left out'
            when 'example' then '; an example that is not used'
            else ''
        end as meaning,
        effective_from,
        effective_to
    from recovery_timetable
    union all
    select
        policy_row,
        'write_off_authority' as policy_table,
        band as code,
        coalesce(debt_type, 'every debt type') || ', ' || coalesce(reason_code, 'every reason')
            as applies_to,
        case
            when amount_to is null then cast(amount_from as string) || ' and above'
            else cast(amount_from as string) || ' to ' || cast(amount_to as string)
        end || ', lowest role ' || replace(lowest_role, '_', ' ') as meaning,
        effective_from,
        effective_to
    from write_off_authority
    union all
    select
        policy_row,
        'write_off_reasons' as policy_table,
        reason_code as code,
        'all' as applies_to,
        reason_name as meaning,
        effective_from,
        effective_to
    from write_off_reasons
    union all
    select
        policy_row,
        'check_codes' as policy_table,
        check_code as code,
        'all' as applies_to,
        description as meaning,
        effective_from,
        effective_to
    from check_codes
    union all
    select
        policy_row,
        'limitation_periods' as policy_table,
        rule as code,
        coalesce(debt_type, 'all') as applies_to,
        replace(value, '_', ' ') || coalesce(', ' || unit, '') as meaning,
        effective_from,
        effective_to
    from limitation_periods
    union all
    select
        policy_row,
        'contact_remedies' as policy_table,
        error_code as code,
        'all' as applies_to,
        finding || ': ' || remedy as meaning,
        effective_from,
        effective_to
    from contact_remedies
    union all
    select
        policy_row,
        'agency_panel' as policy_table,
        coalesce(agency_id, 'every agency') as code,
        coalesce(debt_type, 'every debt type') || ', ' || coalesce(party_type, 'every party type')
            as applies_to,
        replace(usage, '_', ' ') || coalesce(', preference ' || cast(preference as string), '')
            as meaning,
        effective_from,
        effective_to
    from agency_panel
    union all
    select
        policy_row,
        'court_fees' as policy_table,
        fee as code,
        'claims from ' || cast(claim_from as string)
        || coalesce(' to ' || cast(claim_to as string), '') as applies_to,
        coalesce(
            cast(amount as string) || ' pounds',
            cast(rate_pct as string) || ' per cent of the claim',
            'no figure'
        ) as meaning,
        effective_from,
        effective_to
    from court_fees
    union all
    select
        policy_row,
        'provision_rates' as policy_table,
        coalesce(band, 'every band') as code,
        coalesce(debt_type, 'every debt type') || ', ' || coalesce(party_type, 'every party type')
        || coalesce(', ' || replace(status, '_', ' '), '') as applies_to,
        coalesce(cast(rate as string) || ' per cent', 'no rate') as meaning,
        effective_from,
        effective_to
    from provision_rates
    union all
    select
        policy_row,
        'support_offers' as policy_table,
        signal_code as code,
        'all' as applies_to,
        wording as meaning,
        effective_from,
        effective_to
    from support_offers
    union all
    select
        policy_row,
        'kpi_targets' as policy_table,
        kpi_code as code,
        'all' as applies_to,
        coalesce(replace(direction, '_', ' ') || ' ' || cast(target as string), 'no target')
        || coalesce(', ' || unit, '') as meaning,
        effective_from,
        effective_to
    from kpi_targets
),

final as (
    select
        position.as_of_date,
        position.known_at,
        described.policy_row,
        described.policy_table,
        described.code,
        described.applies_to,
        described.meaning,
        described.effective_from,
        case when described.effective_to < date '9999-12-31' then described.effective_to end
            as effective_to
    from described
    cross join position
)

select * from final
