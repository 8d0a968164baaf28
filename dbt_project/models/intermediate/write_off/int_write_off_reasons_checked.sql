{{ config(materialized="view") }}

with

reasons as (
    select * from {{ ref('int_write_off_reasons') }}
),

stages as (
    select * from {{ ref('int_write_off_stages') }}
),

proofs as (
    select * from {{ ref('int_write_off_proofs') }}
),

-- One row per request and check of its reason: what is required and what was found.
every_check as (
    select
        request_id,
        'W04' as check_code,
        not is_known or not covers_amount or keys_lacking > 0 as is_failed,
        'a known reason that covers the amount, its evidence there and fresh' as required,
        case
            when not is_known then 'no such reason'
            when keys_lacking > 0 then 'lacking or not fresh: ' || keys_lacking_list
            when not covers_amount then 'not for such an amount'
            else 'all there'
        end as actual,
        reason_policy_row as policy_row
    from reasons
    union all
    select
        stages.request_id,
        'W05' as check_code,
        not stages.is_stage_reached as is_failed,
        coalesce(stages.minimum_stage, 'no stage') as required,
        coalesce(stages.furthest_stage, 'no stage') as actual,
        reasons.reason_policy_row as policy_row
    from stages
    inner join reasons on stages.request_id = reasons.request_id
    union all
    select
        request_id,
        'W07' as check_code,
        is_not_barred as is_failed,
        'the last day past, no judgment' as required,
        'last day ' || coalesce(cast(limitation_last_day as string), 'not known')
        || coalesce(', judgment of ' || cast(judgment_on as string), '') as actual,
        limitation_policy_row as policy_row
    from proofs
    where family = 'statute_barred'
    union all
    select
        proofs.request_id,
        'W08' as check_code,
        proofs.is_insolvency_unproven as is_failed,
        'invoiced before the order of ' || coalesce(cast(proofs.order_on as string), 'no known day')
        || ', proof lodged, outcome final' as required,
        'invoiced on ' || coalesce(cast(proofs.invoice_date as string), 'no known day')
        || case when proofs.values_missing > 0 then ', evidence missing' else '' end
        || case when proofs.is_day_to_come then ', a day still to come' else '' end
        || case when proofs.is_outcome_open then ', outcome open' else '' end as actual,
        reasons.reason_policy_row as policy_row
    from proofs
    inner join reasons on proofs.request_id = reasons.request_id
    where proofs.family = 'insolvency'
    union all
    select
        proofs.request_id,
        'W09' as check_code,
        proofs.is_estate_open as is_failed,
        'death known, outcome of the estate there, no direct debit active' as required,
        case when proofs.is_death_known then 'death known' else 'no date of death' end
        || case when proofs.values_missing > 0 then ', evidence missing' else '' end
        || case when proofs.is_outcome_open then ', outcome open' else '' end
        || coalesce(', direct debit of ' || cast(proofs.direct_debit_on as string), '') as actual,
        reasons.reason_policy_row as policy_row
    from proofs
    inner join reasons on proofs.request_id = reasons.request_id
    where proofs.family = 'deceased'
    union all
    select
        request_id,
        'W12' as check_code,
        not is_write_off as is_failed,
        'no council error' as required,
        coalesce(replace(family, '_', ' '), 'no known reason') as actual,
        reason_policy_row as policy_row
    from reasons
)

select * from every_check
