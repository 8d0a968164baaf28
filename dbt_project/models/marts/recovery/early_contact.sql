with

stages as (
    select
        debtor_id,
        is_due,
        next_stage_on,
        blocked_by
    from {{ ref('recovery_stages') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

candidates as (
    select * from {{ ref('int_early_contact_candidates') }}
),

gathered as (
    select * from {{ ref('int_payment_signals_weighed') }}
),

rules as (
    select * from {{ ref('int_early_help_rules') }}
),

next_stages as (
    select
        debtor_id,
        min(next_stage_on) as next_stage_on
    from stages
    group by debtor_id
),

final as (
    select
        position.as_of_date,
        position.known_at,
        gathered.debtor_id,
        gathered.signals,
        cast(gathered.points as bigint) as points,
        gathered.explanation as reason,
        gathered.support_codes,
        gathered.support_description,
        candidates.open_amount,
        candidates.overdue_amount,
        next_stages.next_stage_on,
        gathered.policy_rows
    from gathered
    inner join candidates on gathered.debtor_id = candidates.debtor_id
    cross join position
    cross join rules
    left join next_stages on gathered.debtor_id = next_stages.debtor_id
    where gathered.points >= rules.contact_from_points
)

select * from final
