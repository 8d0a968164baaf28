with

requests as (
    select
        request_id,
        judged_on
    from {{ ref('int_write_off_requests') }}
),

rules as (
    select * from {{ ref('stg_policy__write_off_rules') }}
),

-- The rules in force on the day each request is judged, one row per request.
in_force as (
    select
        requests.request_id,
        max(case when rules.rule_name = 'value_tested' then rules.value end) as value_tested,
        max(case when rules.rule_name = 'aggregate_months' then cast(rules.value as bigint) end)
            as aggregate_months,
        coalesce(
            bool_or(rules.rule_name = 'higher_role_may_approve' and rules.value = 'true'), false
        ) as higher_role_may_approve,
        max(case when rules.rule_name = 'role_of_record' then rules.value end) as role_of_record,
        coalesce(not bool_or(rules.rule_name = 'distinct_actors' and rules.value = 'false'), true)
            as distinct_actors,
        max(case when rules.rule_name = 'related_party_role' then rules.value end)
            as related_party_role,
        max(case when rules.rule_name = 'moratorium_hold_types' then rules.value end)
            as moratorium_hold_types,
        max(
            case when rules.rule_name = 'splitting_window_days' then cast(rules.value as bigint) end
        )
            as splitting_window_days,
        max(
            case when rules.rule_name = 'evidence_valid_months' then cast(rules.value as bigint) end
        )
            as evidence_valid_months,
        max(case when rules.rule_name = 'outcomes_not_final' then rules.value end)
            as outcomes_not_final,
        max(
            case
                when rules.rule_name = 'direct_debit_active_days' then cast(rules.value as bigint)
            end
        )
            as direct_debit_active_days,
        max(
            case
                when rules.rule_name = 'vat_relief_after_months' then cast(rules.value as bigint)
            end
        )
            as vat_relief_after_months,
        max(
            case
                when rules.rule_name = 'vat_relief_within_months' then cast(rules.value as bigint)
            end
        )
            as vat_relief_within_months
    from requests
    left join rules on {{ policy_in_force('rules', 'requests.judged_on') }}
    group by requests.request_id
)

select * from in_force
