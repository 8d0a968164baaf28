with

requests as (
    select * from {{ ref('int_write_off_requests') }}
),

rules as (
    select
        request_id,
        evidence_valid_months
    from {{ ref('int_write_off_rules') }}
),

reasons as (
    select * from {{ ref('stg_policy__write_off_reasons') }}
),

evidence_keys as (
    select * from {{ ref('stg_policy__write_off_evidence_keys') }}
),

evidence as (
    select
        request_id,
        evidence_key,
        dated_on
    from {{ ref('stg_write_off_evidence') }}
),

authority as (
    select * from {{ ref('stg_policy__write_off_authority') }}
    where debt_type is null and reason_code is null
),

-- Evidence counts if it is dated on or before the approval, and at most as old then as policy
-- allows.
keys_lacking as (
    select
        requests.request_id,
        count(*) as key_count,
        {{ sorted_list('evidence_keys.evidence_key') }} as key_list
    from requests
    inner join rules on requests.request_id = rules.request_id
    inner join evidence_keys
        on
            requests.reason_code = evidence_keys.reason_code
            and {{ policy_in_force('evidence_keys', 'requests.judged_on') }}
    left join evidence
        on
            requests.request_id = evidence.request_id
            and evidence_keys.evidence_key = evidence.evidence_key
            and evidence.dated_on <= requests.judged_on
            and evidence.dated_on
            >= {{ add_months('requests.judged_on', '-rules.evidence_valid_months') }}
    where evidence.request_id is null
    group by requests.request_id
),

judged as (
    select
        requests.request_id,
        reasons.policy_row as reason_policy_row,
        reasons.family,
        reasons.minimum_stage,
        reasons.stage_waived_below_minimum,
        reasons.reason_code is not null as is_known,
        coalesce(reasons.is_write_off, true) as is_write_off,
        coalesce(reasons.part_allowed, false) as part_allowed,
        -- A reason for small balances only does not cover a larger one.
        reasons.highest_band is null or coalesce(requests.amount <= authority.amount_to, false)
            as covers_amount,
        coalesce(keys_lacking.key_count, 0) as keys_lacking,
        keys_lacking.key_list as keys_lacking_list
    from requests
    left join reasons
        on
            requests.reason_code = reasons.reason_code
            and {{ policy_in_force('reasons', 'requests.judged_on') }}
    left join authority
        on
            reasons.highest_band = authority.band
            and {{ policy_in_force('authority', 'requests.judged_on') }}
    left join keys_lacking on requests.request_id = keys_lacking.request_id
)

select * from judged
