with

-- Free text, apart from stg_disputes: only the restricted schema reads it.
todays_rows as (
    {{ todays_set('disputes') }}
),

selected as (
    select
        dispute_id,
        improvement
    from todays_rows
    where improvement is not null and improvement != ''
)

select * from selected
