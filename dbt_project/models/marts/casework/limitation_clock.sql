with

periods as (
    select * from {{ ref('int_limitation_periods') }}
),

claim_restarts as (
    select * from {{ ref('int_limitation_restarts') }}
    where reading = 'claim'
),

write_off_restarts as (
    select * from {{ ref('int_limitation_restarts') }}
    where reading = 'write_off'
),

legal_cases as (
    select
        invoice_id,
        judgment_on
    from {{ ref('stg_legal_cases') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

judgments as (
    select
        invoice_id,
        max(judgment_on) as judgment_on
    from legal_cases
    where judgment_on is not null
    group by invoice_id
),

-- A restart may not shorten a period that runs longer.
restarted as (
    select
        periods.*,
        greatest(periods.claim_ends_on, coalesce(claim_restarts.ends_on, periods.claim_ends_on))
            as claim_last_day,
        coalesce(claim_restarts.restarts, 0) as claim_restarts,
        claim_restarts.restarted_on as claim_restarted_on,
        claim_restarts.restart_cause as claim_restart_cause,
        greatest(
            periods.write_off_ends_on,
            coalesce(write_off_restarts.ends_on, periods.write_off_ends_on)
        ) as write_off_last_day,
        coalesce(write_off_restarts.restarts, 0) as write_off_restarts,
        write_off_restarts.restarted_on as write_off_restarted_on,
        write_off_restarts.restart_cause as write_off_restart_cause,
        coalesce(write_off_restarts.events_too_late, 0) as events_too_late
    from periods
    left join claim_restarts on periods.invoice_id = claim_restarts.invoice_id
    left join write_off_restarts on periods.invoice_id = write_off_restarts.invoice_id
),

final as (
    select
        position.as_of_date,
        position.known_at,
        restarted.invoice_id,
        restarted.debtor_id,
        restarted.debt_type,
        cast(restarted.outstanding_amount as decimal(18, 2)) as outstanding_amount,
        restarted.claim_accrued_on,
        restarted.claim_accrual_basis,
        cast(restarted.claim_restarts as bigint) as claim_restarts,
        restarted.claim_restarted_on,
        restarted.claim_restart_cause,
        restarted.claim_last_day,
        {{ days_between('position.as_of_date', 'restarted.claim_last_day') }} as claim_days_left,
        position.as_of_date > restarted.claim_last_day as is_barred_for_claims,
        restarted.claim_policy_row,
        restarted.write_off_accrued_on,
        cast(restarted.write_off_restarts as bigint) as write_off_restarts,
        restarted.write_off_restarted_on,
        restarted.write_off_restart_cause,
        restarted.write_off_last_day,
        {{ days_between('position.as_of_date', 'restarted.write_off_last_day') }}
            as write_off_days_left,
        position.as_of_date > restarted.write_off_last_day as is_barred_for_write_off,
        restarted.write_off_policy_row,
        cast(restarted.events_too_late as bigint) as events_too_late,
        judgments.judgment_on
    from restarted
    cross join position
    left join judgments on restarted.invoice_id = judgments.invoice_id
)

select * from final
