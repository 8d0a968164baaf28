with

aged_debt as (
    select * from {{ ref('aged_debt') }}
),

published_aged_debt as (
    select * from {{ source('raw', 'published_aged_debt') }}
),

today as (
    select
        as_of_date,
        known_at,
        debt_type,
        service_code,
        age_band,
        sum(outstanding_amount) as outstanding_amount,
        sum(item_count) as item_count
    from aged_debt
    group by
        as_of_date,
        known_at,
        debt_type,
        service_code,
        age_band
),

-- Published figures are read back from the folders of earlier runs, never calculated again.
every_position as (
    select * from today
    union all
    select
        as_of_date,
        known_at,
        debt_type,
        service_code,
        age_band,
        outstanding_amount,
        item_count
    from published_aged_debt
),

final as (
    select
        as_of_date,
        known_at,
        debt_type,
        service_code,
        age_band,
        cast(outstanding_amount as decimal(18, 2)) as outstanding_amount,
        cast(item_count as bigint) as item_count
    from every_position
)

select * from final
