with

stages as (
    select * from {{ ref('recovery_stages') }}
    where blocked_by is null and (is_due or last_stage is not null)
),

clocks as (
    select
        invoice_id,
        claim_last_day,
        claim_restart_cause,
        is_barred_for_claims,
        judgment_on
    from {{ ref('limitation_clock') }}
),

debtors as (
    select
        debtor_id,
        party_type
    from {{ ref('stg_debtors') }}
),

arrangements as (
    select debtor_id
    from {{ ref('int_arrangement_balances') }}
    where status in ('live', 'breached')
),

affordability as (
    select * from {{ ref('affordability') }}
),

arrangement_rules as (
    select * from {{ ref('stg_policy__arrangement_rules') }}
),

affordability_rules as (
    select * from {{ ref('stg_policy__affordability_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

rules as (
    select
        {{ figure_of('arrangement_rules', 'length_without_means_evidence', 'bigint') }}
            as length_without_evidence,
        {{ figure_of('arrangement_rules', 'length_hard_cap', 'bigint') }} as length_hard_cap,
        {{ figure_of('arrangement_rules', 'must_end_before_limitation', 'bigint') }}
            as months_before_limitation,
        {{ figure_of('arrangement_rules', 'offer_from_amount', 'decimal(18, 2)') }}
            as offer_from_amount,
        {{ figure_of('arrangement_rules', 'smallest_instalment', 'decimal(18, 2)') }}
            as smallest_instalment,
        {{ figure_of('arrangement_rules', 'first_due_after_days', 'bigint') }}
            as first_due_after_days,
        {{ figure_of('arrangement_rules', 'offered_to') }} as offered_to,
        {{ sorted_list('arrangement_rules.policy_row') }} as policy_rows
    from position
    inner join arrangement_rules
        on
            {{ policy_in_force('arrangement_rules', 'position.as_of_date') }}
            and arrangement_rules.rule in (
                'length_without_means_evidence',
                'length_hard_cap',
                'must_end_before_limitation',
                'offer_from_amount',
                'smallest_instalment',
                'first_due_after_days',
                'offered_to'
            )
),

tokens as (
    select
        {{ figure_of('affordability_rules', 'token_below', 'decimal(18, 2)') }} as token_below,
        {{ figure_of('affordability_rules', 'token_offer', 'decimal(18, 2)') }} as token_offer
    from position
    inner join affordability_rules
        on {{ policy_in_force('affordability_rules', 'position.as_of_date') }}
),

-- A debt that a court can no longer be asked for is not put into an arrangement: agreeing to it
-- could acknowledge it.
owed as (
    select
        stages.debtor_id,
        stages.invoice_id,
        stages.balance,
        coalesce(
            case when stages.is_due then stages.next_stage end, stages.last_stage
        ) as stage_reached,
        case
            when
                coalesce(clocks.claim_restart_cause, '') != 'acknowledgment'
                and clocks.judgment_on is null
                then clocks.claim_last_day
        end as claim_last_day
    from stages
    left join clocks on stages.invoice_id = clocks.invoice_id
    where not coalesce(clocks.is_barred_for_claims, false)
),

totals as (
    select
        debtor_id,
        {{ sorted_list('invoice_id') }} as invoice_ids,
        count(*) as invoice_count,
        {{ sorted_list('stage_reached') }} as stages_reached,
        cast(sum(balance) as decimal(18, 2)) as amount,
        min(claim_last_day) as claim_last_day
    from owed
    group by debtor_id
),

-- Whom an arrangement is offered to, and what is known of their means.
candidates as (
    select
        totals.*,
        position.as_of_date,
        position.known_at,
        affordability.statement_id,
        affordability.assessed_on,
        affordability.valid_until,
        affordability.is_evidence_seen,
        affordability.available_amount,
        affordability.left_amount,
        affordability.total_debt_counted_amount,
        case
            when affordability.debtor_id is null then 'none'
            when not affordability.is_valid then 'out_of_date'
            when affordability.blocked_by is not null then 'incomplete'
            else 'valid'
        end as statement_standing
    from totals
    cross join position
    cross join rules
    inner join debtors on totals.debtor_id = debtors.debtor_id
    left join affordability on totals.debtor_id = affordability.debtor_id
    where
        totals.amount >= rules.offer_from_amount
        and {{ is_listed('rules.offered_to', 'debtors.party_type') }}
        and totals.debtor_id not in (select arrangements.debtor_id from arrangements)
),

reckoned as (
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
        reckoned.*,
        case
            when reckoned.statement_standing in ('valid', 'incomplete') then 'financial_statement'
            else 'standard_terms'
        end as basis,
        case
            when reckoned.statement_standing = 'incomplete' then 'by_officer'
            when
                reckoned.statement_standing != 'valid'
                then case when reckoned.standard_amount is null then 'by_officer' else 'regular' end
            when
                reckoned.share_amount >= tokens.token_below
                or reckoned.share_amount = reckoned.amount
                then 'regular'
            when reckoned.left_amount >= tokens.token_offer then 'token'
            else 'by_officer'
        end as offer_kind
    from reckoned
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

-- An end beyond a century is not worth a date.
dated as (
    select
        counted.*,
        case
            when instalment_count <= 1200
                then {{ add_months('first_due_on', 'instalment_count - 1') }}
        end as last_due_on
    from counted
),

checked as (
    select
        dated.*,
        dated.instalment_count <= rules.length_without_evidence as is_within_length,
        case
            when dated.instalment_count is not null
                then coalesce(dated.instalment_count <= rules.length_hard_cap, false)
        end as is_within_cap,
        {{ add_months('dated.claim_last_day', '-1 * rules.months_before_limitation') }}
            as must_end_by,
        rules.length_without_evidence,
        rules.length_hard_cap,
        rules.policy_rows
    from dated
    cross join rules
),

in_time as (
    select
        checked.*,
        case
            when instalment_count is null then null
            when claim_last_day is null then true
            else coalesce(last_due_on <= must_end_by, false)
        end as is_before_limitation
    from checked
),

needed as (
    select
        in_time.*,
        nullif(concat_ws(
            ',',
            case when not is_before_limitation then 'acknowledgment' end,
            case
                when statement_standing in ('out_of_date', 'incomplete')
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
        case when offer_kind = 'token' or not is_within_cap then 'manager' end
            as approval_needed
    from in_time
),

told as (
    select
        needed.*,
        cast(amount as string) || ' is open on ' || cast(invoice_count as string)
        || case when invoice_count = 1 then ' invoice' else ' invoices' end
        || ' at or past ' || replace(stages_reached, ',', ', ') as debt_told,
        case
            when statement_standing = 'incomplete'
                then
                    '; the financial statement of ' || cast(assessed_on as string)
                    || ' lacks what an offer needs, so that an officer is to see to it'
            when statement_standing = 'out_of_date'
                then
                    '; the financial statement of ' || cast(assessed_on as string)
                    || ' counted until ' || cast(valid_until as string)
                    || ', so standard terms, and a new one is to be asked for'
            when statement_standing = 'none'
                then
                    '; nothing is known of means, so standard terms of up to '
                    || cast(length_without_evidence as string) || ' months'
            else '; by the financial statement of ' || cast(assessed_on as string)
        end as basis_told,
        case
            when offer_kind = 'by_officer'
                then '; no instalment is proposed: an officer works it out'
            else
                '; ' || cast(instalment_amount as string) || ' a month, '
                || cast(instalment_count as string)
                || case when instalment_count = 1 then ' instalment' else ' instalments' end
                || ' from ' || cast(first_due_on as string)
                || coalesce(' to ' || cast(last_due_on as string), ', for more than a century')
        end as terms_told,
        case when offer_kind = 'token' then '; a token payment, to be looked at again' else '' end
        || case
            when not is_within_cap
                then
                    '; longer than ' || cast(length_hard_cap as string)
                    || ' months: a manager approves'
            else ''
        end
        || case
            when evidence_needed like '%proof_of_means%'
                then
                    '; longer than ' || cast(length_without_evidence as string)
                    || ' months: proof of income and spending is needed'
            else ''
        end
        || case
            when not is_before_limitation
                then
                    '; would end after '
                    || coalesce(cast(must_end_by as string), 'a day that policy does not give')
                    || ', too near the limitation: a written acknowledgment first'
            else ''
        end as limits_told
    from needed
),

final as (
    select
        as_of_date,
        known_at,
        debtor_id,
        invoice_ids,
        invoice_count,
        stages_reached,
        amount,
        basis,
        offer_kind,
        case when instalment_amount is not null then 'monthly' end as frequency,
        cast(instalment_amount as decimal(18, 2)) as instalment_amount,
        instalment_count,
        cast(amount - (instalment_count - 1) * instalment_amount as decimal(18, 2))
            as last_instalment_amount,
        first_due_on,
        last_due_on,
        is_within_length,
        is_within_cap,
        is_before_limitation,
        must_end_by,
        evidence_needed,
        approval_needed,
        statement_id,
        debt_told || basis_told || terms_told || limits_told as reason,
        policy_rows
    from told
)

select * from final
