{{ config(materialized="view") }}

with

referrals as (
    select * from {{ ref('int_referrals') }}
    where next_stage = 'agency_referral'
),

obstacles as (
    select * from {{ ref('int_referral_obstacles') }}
),

agency_rules as (
    select * from {{ ref('stg_policy__agency_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

offered as (
    select * from {{ ref('int_agencies_compared') }}
),

rules as (
    select
        {{ figure_of('agency_rules', 'limitation_days_left', 'bigint') }} as limitation_days_left,
        {{ figure_of('agency_rules', 'vulnerability_check_asked_of') }} as vulnerability_asked_of,
        {{ figure_of('agency_rules', 'vulnerability_check_valid_months', 'bigint') }}
            as vulnerability_valid_months
    from position
    inner join agency_rules on {{ policy_in_force('agency_rules', 'position.as_of_date') }}
),

-- A debtor has one agency only; else the council's preference decides, then the cost.
agencies_ranked as (
    select
        offered.*,
        row_number() over (
            partition by invoice_id
            order by
                is_collecting desc nulls last,
                preference asc nulls last,
                commission_expected_amount asc nulls last,
                agency_id asc nulls last
        ) as place
    from offered
    where is_on_panel and not is_tried
),

chosen as (
    select * from agencies_ranked
    where place = 1
),

counted as (
    select
        invoice_id,
        count(*) as agencies_in_use,
        sum(case when is_on_panel then 1 else 0 end) as agencies_on_panel,
        sum(case when is_on_panel and is_tried then 1 else 0 end) as agencies_tried,
        min(case when not is_on_panel then policy_row end) as left_out_by
    from offered
    group by invoice_id
),

judged as (
    select
        referrals.*,
        position.as_of_date,
        position.known_at,
        rules.limitation_days_left as limitation_days_wanted,
        coalesce(counted.agencies_in_use, 0) as agencies_in_use,
        coalesce(counted.agencies_on_panel, 0) as agencies_on_panel,
        coalesce(counted.agencies_tried, 0) as agencies_tried,
        counted.left_out_by,
        coalesce({{ is_listed('rules.vulnerability_asked_of', 'referrals.party_type') }}, true)
            as is_vulnerability_asked,
        {{ is_still_valid(
            'referrals.vulnerability_checked_on', 'rules.vulnerability_valid_months'
        ) }} as is_vulnerability_checked
    from referrals
    cross join position
    cross join rules
    left join counted on referrals.invoice_id = counted.invoice_id
),

refusals as (
    {{ reasons_against_referral('obstacles', 'judged') }}
    union all
    select
        invoice_id,
        'no_vulnerability_check' as code,
        coalesce(
            'the vulnerability check of ' || cast(vulnerability_checked_on as string)
            || ' is no longer valid',
            'no vulnerability check is recorded'
        ) as explanation
    from judged
    where is_vulnerability_asked and not is_vulnerability_checked
    union all
    select
        invoice_id,
        'no_agency' as code,
        'no agency is in use' as explanation
    from judged
    where agencies_in_use = 0
    union all
    select
        invoice_id,
        'left_out_by_policy' as code,
        left_out_by || ' excludes such debts from agencies' as explanation
    from judged
    where agencies_in_use > 0 and agencies_on_panel = 0
    union all
    select
        invoice_id,
        'returned_by_agency' as code,
        'every agency that may collect it has returned it' as explanation
    from judged
    where agencies_on_panel > 0 and agencies_on_panel = agencies_tried
),

refused as (
    select
        invoice_id,
        {{ sorted_list('code') }} as refusal_reasons,
        {{ ordered_list('explanation', 'code', '; ') }} as explanation
    from refusals
    group by invoice_id
),

judged_with_agency as (
    select
        judged.*,
        refused.invoice_id is null as is_proposed,
        refused.refusal_reasons,
        refused.explanation as refusal_text,
        chosen.agency_id,
        chosen.commission_expected_amount,
        chosen.is_collecting,
        chosen.policy_row as agency_policy_row
    from judged
    left join refused on judged.invoice_id = refused.invoice_id
    left join chosen on judged.invoice_id = chosen.invoice_id
)

select * from judged_with_agency
