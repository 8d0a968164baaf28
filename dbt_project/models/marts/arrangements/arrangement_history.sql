with

arrangement_compliance as (
    select * from {{ ref('arrangement_compliance') }}
),

published_arrangements as (
    select * from {{ source('raw', 'published_arrangements') }}
),

-- What earlier runs published is read from their folders, never calculated again.
every_position as (
    select
        as_of_date,
        known_at,
        arrangement_id,
        status,
        total_amount,
        expected_balance,
        actual_balance,
        shortfall_amount,
        days_past_due,
        delinquent_days,
        breached_on
    from arrangement_compliance
    union all
    select
        as_of_date,
        known_at,
        arrangement_id,
        status,
        total_amount,
        expected_balance,
        actual_balance,
        shortfall_amount,
        days_past_due,
        delinquent_days,
        breached_on
    from published_arrangements
)

select * from every_position
