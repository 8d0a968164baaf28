with

open_items as (
    select * from {{ ref('open_items') }}
),

final as (
    select
        as_of_date,
        known_at,
        debtor_id,
        debt_type,
        service_code,
        age_band,
        cast(sum(outstanding_amount) as decimal(18, 2)) as outstanding_amount,
        count(*) as item_count
    from open_items
    group by
        as_of_date,
        known_at,
        debtor_id,
        debt_type,
        service_code,
        age_band
)

select * from final
