with

open_items as (
    select due_date from {{ ref('int_open_items') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

age_bands as (
    select * from {{ ref('stg_policy__age_bands') }}
),

due_dates as (
    select distinct
        open_items.due_date,
        position.as_of_date as aged_on
    from open_items
    cross join position
    where open_items.due_date is not null
),

reached as (
    {{ bands_reached('due_dates', 'age_bands') }}
),

banded as (
    select
        due_date,
        days_past_due,
        age_band,
        age_band_policy_row
    from reached
)

select * from banded
