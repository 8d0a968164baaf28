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
        position.as_of_date,
        {{ days_between('open_items.due_date', 'position.as_of_date') }} as days_past_due
    from open_items
    cross join position
    where open_items.due_date is not null
),

-- Upper bounds are inclusive; from one year on a band ends on the anniversary of the due date.
bands_reached as (
    select
        due_dates.due_date,
        due_dates.days_past_due,
        age_bands.band,
        age_bands.policy_row,
        row_number() over (
            partition by due_dates.due_date
            order by age_bands.sort_order nulls last, age_bands.band nulls last
        ) as band_rank
    from due_dates
    inner join age_bands on {{ policy_in_force('age_bands', 'due_dates.as_of_date') }}
    where
        age_bands.unit is not null
        and case age_bands.unit
            when 'days' then due_dates.days_past_due <= age_bands.upper_bound
            else
                age_bands.upper_bound is null
                or due_dates.as_of_date
                <= {{ add_months('due_dates.due_date', '12 * age_bands.upper_bound') }}
        end
),

banded as (
    select
        due_date,
        days_past_due,
        band as age_band,
        policy_row as age_band_policy_row
    from bands_reached
    where band_rank = 1
)

select * from banded
