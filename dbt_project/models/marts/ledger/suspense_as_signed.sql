with

suspense as (
    select * from {{ ref('suspense') }}
),

published_suspense as (
    select * from {{ source('raw', 'published_suspense') }}
),

-- The position of a month's last day is a month end as soon as it is published.
month_end_today as (
    select * from suspense
    where as_of_date = last_day(as_of_date)
),

-- Published figures are read back from the folders of earlier runs, never calculated again.
every_month_end as (
    select
        as_of_date,
        known_at,
        receipt_id,
        received_on,
        amount
    from month_end_today
    union all
    select
        as_of_date,
        known_at,
        receipt_id,
        received_on,
        amount
    from published_suspense
)

select * from every_month_end
