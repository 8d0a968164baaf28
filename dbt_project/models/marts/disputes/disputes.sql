with

disputes as (
    select * from {{ ref('int_disputes') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        disputes.dispute_id,
        disputes.debtor_id,
        disputes.invoice_id,
        disputes.service_code,
        disputes.kind,
        disputes.stage,
        disputes.category,
        disputes.root_cause,
        disputes.raised_on,
        {{ days_between('disputes.raised_on', 'disputes.answered_on') }} as age_days,
        disputes.is_open,
        cast(disputes.disputed_amount as decimal(18, 2)) as disputed_amount,
        cast(disputes.outstanding_amount as decimal(18, 2)) as outstanding_amount,
        disputes.response_due_on,
        coalesce(disputes.answered_on > disputes.response_due_on, false) as is_response_overdue,
        case
            when disputes.answered_on > disputes.response_due_on
                then {{ days_between('disputes.response_due_on', 'disputes.answered_on') }}
            else 0
        end as days_overdue,
        disputes.resolved_on,
        disputes.outcome,
        disputes.outcome in ('upheld', 'partly_upheld') as is_upheld,
        cast(disputes.remedy_amount as decimal(18, 2)) as remedy_amount
    from disputes
    cross join position
)

select * from final
