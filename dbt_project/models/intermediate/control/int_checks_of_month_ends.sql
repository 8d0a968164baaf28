with

signed_items as (
    select * from {{ ref('aged_debt_as_signed') }}
),

aged_debt_history as (
    select * from {{ ref('aged_debt_history') }}
),

month_ends as (
    select distinct
        as_of_date,
        known_at
    from signed_items
),

signed as (
    select
        as_of_date,
        known_at,
        coalesce(debt_type, '') as debt_type,
        coalesce(service_code, '') as service_code,
        age_band,
        sum(outstanding_amount) as outstanding_amount,
        count(*) as item_count
    from signed_items
    group by
        as_of_date,
        known_at,
        coalesce(debt_type, ''),
        coalesce(service_code, ''),
        age_band
),

told as (
    select
        aged_debt_history.as_of_date,
        aged_debt_history.known_at,
        coalesce(aged_debt_history.debt_type, '') as debt_type,
        coalesce(aged_debt_history.service_code, '') as service_code,
        aged_debt_history.age_band,
        aged_debt_history.outstanding_amount,
        aged_debt_history.item_count
    from aged_debt_history
    inner join month_ends
        on
            aged_debt_history.as_of_date = month_ends.as_of_date
            and aged_debt_history.known_at = month_ends.known_at
),

-- Two marts of the same closed day, read back from two files: a figure that one alone has differs.
compared as (
    select
        coalesce(signed.outstanding_amount, 0) - coalesce(told.outstanding_amount, 0) as difference,
        coalesce(signed.item_count, 0) != coalesce(told.item_count, 0) as is_other_count
    from signed
    full join told
        on
            signed.as_of_date = told.as_of_date
            and signed.known_at = told.known_at
            and signed.debt_type = told.debt_type
            and signed.service_code = told.service_code
            and signed.age_band = told.age_band
),

results as (
    select
        'R16' as check_code,
        count(*) as population,
        sum(case when difference != 0 or is_other_count then 1 else 0 end) as exceptions,
        sum(abs(difference)) as exceptions_value
    from compared
    having count(*) > 0
)

select * from results
