{{ config(materialized="view") }}

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

position as (
    select * from {{ ref('stg_position') }}
),

rules as (
    select * from {{ ref('int_arrangement_offer_rules') }}
),

-- No arrangement is offered for a debt that is too old for a court claim: agreeing to it could
-- acknowledge it.
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

-- The debtors who are offered an arrangement, and what is known about their means.
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
        end as statement_status
    from totals
    cross join position
    cross join rules
    inner join debtors on totals.debtor_id = debtors.debtor_id
    left join affordability on totals.debtor_id = affordability.debtor_id
    where
        totals.amount >= rules.offer_from_amount
        and {{ is_listed('rules.offered_to', 'debtors.party_type') }}
        and totals.debtor_id not in (select arrangements.debtor_id from arrangements)
)

select * from candidates
