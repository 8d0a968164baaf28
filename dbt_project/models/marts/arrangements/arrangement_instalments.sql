with

schedules as (
    select * from {{ ref('int_arrangement_schedules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        schedules.arrangement_id,
        schedules.instalment_no,
        schedules.due_on,
        schedules.amount,
        schedules.cumulative_amount
    from schedules
    cross join position
)

select * from final
