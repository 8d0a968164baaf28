with

open_items as (
    select * from {{ ref('open_items') }}
),

published_open_items as (
    select * from {{ source('raw', 'published_open_items') }}
),

-- The position of a month's last day is a month end as soon as it is published.
month_end_today as (
    select * from open_items
    where as_of_date = last_day(as_of_date)
),

-- Published figures are read back from the folders of earlier runs, never calculated again.
every_month_end as (
    select
        as_of_date,
        known_at,
        item_id,
        item_kind,
        debtor_id,
        invoice_id,
        debt_type,
        service_code,
        document_date,
        due_date,
        original_amount,
        outstanding_amount,
        days_past_due,
        age_band
    from month_end_today
    union all
    select
        as_of_date,
        known_at,
        item_id,
        item_kind,
        debtor_id,
        invoice_id,
        debt_type,
        service_code,
        document_date,
        due_date,
        original_amount,
        outstanding_amount,
        days_past_due,
        age_band
    from published_open_items
),

-- A council's year ends on 31 March.
final as (
    select
        every_month_end.*,
        extract(month from as_of_date) = 3 as is_year_end
    from every_month_end
)

select * from final
