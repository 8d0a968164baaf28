{{ config(materialized="view") }}

with

position as (
    select as_of_date from {{ ref('stg_position') }}
),

-- A period that ends on the run's day starts on the day after the same day some months earlier:
-- twelve months to 28 February start on 1 March.
days as (
    select
        as_of_date,
        {{ add_days('as_of_date', 1) }} as day_after,
        cast(date_trunc('month', as_of_date) as date) as month_start,
        cast(date_trunc('month', {{ add_days('as_of_date', 1) }}) as date) as unfinished_month,
        {{ financial_year_start('as_of_date') }} as financial_year_start
    from position
),

starts as (
    select
        as_of_date,
        month_start,
        unfinished_month,
        {{ add_months('day_after', -24) }} as two_years_ago,
        {{ add_months('day_after', -12) }} as a_year_ago,
        {{ add_days(add_months('day_after', -12), -1) }} as same_day_last_year,
        {{ add_days(add_months('day_after', -1), -1) }} as same_day_last_month,
        financial_year_start,
        {{ add_months('financial_year_start', -12) }} as last_financial_year_start
    from days
),

months_numbered as (
    select
        starts.*,
        {{ number_series('12') }} as period_no
    from starts
),

months as (
    select
        period_no,
        as_of_date,
        same_day_last_month,
        {{ add_months('unfinished_month', '-period_no - 1') }} as previous_start,
        {{ add_months('unfinished_month', '-period_no') }} as period_start,
        {{ add_days(add_months('unfinished_month', '-period_no'), -1) }} as previous_end,
        {{ add_days(add_months('unfinished_month', '1 - period_no'), -1) }} as period_end
    from months_numbered
),

-- Each period with its period of comparison; anything later than `counted_to` is left out.
every_period as (
    select
        'as_of' as period_kind,
        cast(1 as bigint) as period_no,
        false as is_previous,
        as_of_date as period_start,
        as_of_date as period_end,
        as_of_date as counted_to
    from starts
    union all
    select
        'as_of' as period_kind,
        1 as period_no,
        true as is_previous,
        {{ add_days('month_start', -1) }} as period_start,
        {{ add_days('month_start', -1) }} as period_end,
        {{ add_days('month_start', -1) }} as counted_to
    from starts
    union all
    select
        'trailing_12_months' as period_kind,
        1 as period_no,
        false as is_previous,
        a_year_ago as period_start,
        as_of_date as period_end,
        as_of_date as counted_to
    from starts
    union all
    select
        'trailing_12_months' as period_kind,
        1 as period_no,
        true as is_previous,
        two_years_ago as period_start,
        same_day_last_year as period_end,
        same_day_last_year as counted_to
    from starts
    union all
    select
        'financial_year_to_date' as period_kind,
        1 as period_no,
        false as is_previous,
        financial_year_start as period_start,
        as_of_date as period_end,
        as_of_date as counted_to
    from starts
    union all
    select
        'financial_year_to_date' as period_kind,
        1 as period_no,
        true as is_previous,
        last_financial_year_start as period_start,
        same_day_last_year as period_end,
        same_day_last_year as counted_to
    from starts
    union all
    select
        'month' as period_kind,
        period_no,
        false as is_previous,
        period_start,
        period_end,
        period_end as counted_to
    from months
    union all
    select
        'month' as period_kind,
        period_no,
        true as is_previous,
        previous_start as period_start,
        previous_end as period_end,
        previous_end as counted_to
    from months
    union all
    -- The invoices of a month with everything up to now, beside those of the month before as they
    -- were a month ago.
    select
        'invoice_month' as period_kind,
        period_no,
        false as is_previous,
        period_start,
        period_end,
        as_of_date as counted_to
    from months
    union all
    select
        'invoice_month' as period_kind,
        period_no,
        true as is_previous,
        previous_start as period_start,
        previous_end as period_end,
        same_day_last_month as counted_to
    from months
)

select * from every_period
