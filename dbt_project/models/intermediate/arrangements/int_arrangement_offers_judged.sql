{{ config(materialized="view") }}

with

candidates as (
    select * from {{ ref('int_arrangement_candidates') }}
),

rules as (
    select * from {{ ref('int_arrangement_offer_rules') }}
),

tokens as (
    select * from {{ ref('int_affordability_figures') }}
),

proposed as (
    select
        candidates.*,
        least(
            {{ share_of_available(
                'candidates.available_amount',
                'candidates.amount',
                'candidates.total_debt_counted_amount'
            ) }},
            candidates.left_amount
        ) as share_amount,
        case
            when
                rules.smallest_instalment is not null
                and rules.length_without_evidence is not null
                then least(
                    candidates.amount,
                    greatest(
                        rules.smallest_instalment,
                        {{ pounds(divide_whole(
                            pence('candidates.amount') ~ ' + rules.length_without_evidence - 1',
                            'rules.length_without_evidence'
                        )) }}
                    )
                )
        end as standard_amount
    from candidates
    cross join rules
),

judged as (
    select
        proposed.*,
        case
            when proposed.statement_status in ('valid', 'incomplete') then 'financial_statement'
            else 'standard_terms'
        end as basis,
        case
            when proposed.statement_status = 'incomplete' then 'by_officer'
            when proposed.statement_status != 'valid' and proposed.standard_amount is null
                then 'by_officer'
            when proposed.statement_status != 'valid' then 'regular'
            when
                proposed.share_amount >= tokens.token_below
                or proposed.share_amount = proposed.amount
                then 'regular'
            when proposed.left_amount >= tokens.token_offer then 'token'
            else 'by_officer'
        end as offer_kind
    from proposed
    cross join tokens
),

offered as (
    select
        judged.*,
        case
            when judged.offer_kind = 'token' then least(tokens.token_offer, judged.amount)
            when judged.offer_kind = 'by_officer' then null
            when judged.basis = 'financial_statement' then judged.share_amount
            else judged.standard_amount
        end as instalment_amount
    from judged
    cross join tokens
),

counted as (
    select
        offered.*,
        {{ instalments_to_clear('offered.amount', 'offered.instalment_amount') }}
            as instalment_count,
        case
            when offered.instalment_amount is not null
                then {{ add_days('offered.as_of_date', 'rules.first_due_after_days') }}
        end as first_due_on
    from offered
    cross join rules
),

-- An end more than a century away is left blank.
checked as (
    select
        counted.*,
        case
            when counted.instalment_count <= 1200
                then {{ add_months('counted.first_due_on', 'counted.instalment_count - 1') }}
        end as last_due_on,
        counted.instalment_count <= rules.length_without_evidence as is_within_length,
        case
            when counted.instalment_count is not null
                then coalesce(counted.instalment_count <= rules.length_hard_cap, false)
        end as is_within_cap,
        {{ add_months('counted.claim_last_day', '-1 * rules.months_before_limitation') }}
            as must_end_by,
        rules.length_without_evidence,
        rules.length_hard_cap,
        rules.policy_rows
    from counted
    cross join rules
),

needed as (
    select
        checked.*,
        case
            when instalment_count is not null
                then claim_last_day is null or coalesce(last_due_on <= must_end_by, false)
        end as is_before_limitation,
        nullif(concat_ws(
            ',',
            case when not is_before_limitation then 'acknowledgment' end,
            case
                when statement_status in ('out_of_date', 'incomplete')
                    then 'financial_statement'
            end,
            case
                when
                    basis = 'financial_statement'
                    and offer_kind != 'by_officer'
                    and not is_within_length
                    and not is_evidence_seen
                    then 'proof_of_means'
            end
        ), '') as evidence_needed,
        case when offer_kind = 'token' or not is_within_cap then 'manager' end as approval_needed
    from checked
)

select * from needed
