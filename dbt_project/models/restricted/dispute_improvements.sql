with

disputes as (
    select * from {{ ref('int_disputes') }}
),

improvements as (
    select * from {{ ref('stg_dispute_improvements') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        disputes.dispute_id,
        disputes.service_code,
        disputes.kind,
        disputes.category,
        disputes.root_cause,
        disputes.resolved_on,
        improvements.improvement
    from disputes
    cross join position
    inner join improvements on disputes.dispute_id = improvements.dispute_id
    where disputes.resolved_on is not null
)

select * from final
