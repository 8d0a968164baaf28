with

limitation as (
    select * from {{ ref('int_limitation_days') }}
    where is_open
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        limitation.invoice_id,
        limitation.debtor_id,
        limitation.debt_type,
        cast(limitation.outstanding_amount as decimal(18, 2)) as outstanding_amount,
        limitation.claim_accrued_on,
        limitation.claim_accrual_basis,
        cast(limitation.claim_restarts as bigint) as claim_restarts,
        limitation.claim_restarted_on,
        limitation.claim_restart_cause,
        limitation.claim_last_day,
        {{ days_between('position.as_of_date', 'limitation.claim_last_day') }} as claim_days_left,
        position.as_of_date > limitation.claim_last_day as is_barred_for_claims,
        limitation.claim_policy_row,
        limitation.write_off_accrued_on,
        cast(limitation.write_off_restarts as bigint) as write_off_restarts,
        limitation.write_off_restarted_on,
        limitation.write_off_restart_cause,
        limitation.write_off_last_day,
        {{ days_between('position.as_of_date', 'limitation.write_off_last_day') }}
            as write_off_days_left,
        position.as_of_date > limitation.write_off_last_day as is_barred_for_write_off,
        limitation.write_off_policy_row,
        cast(limitation.events_too_late as bigint) as events_too_late,
        limitation.judgment_on
    from limitation
    cross join position
)

select * from final
