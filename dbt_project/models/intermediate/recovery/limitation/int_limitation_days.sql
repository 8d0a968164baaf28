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

judgments as (
    select
        invoice_id,
        max(judgment_on) as judgment_on
    from legal_cases
    where judgment_on is not null
    group by invoice_id
),

-- A restart never shortens a period that ends later.
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
        coalesce(write_off_restarts.events_too_late, 0) as events_too_late,
        judgments.judgment_on
    from periods
    left join claim_restarts on periods.invoice_id = claim_restarts.invoice_id
    left join write_off_restarts on periods.invoice_id = write_off_restarts.invoice_id
    left join judgments on periods.invoice_id = judgments.invoice_id
)

select * from restarted
