with

todays_rows as (
    {{ todays_set('suspense_notes', key=['receipt_id'], effective_on='noted_on') }}
),

selected as (
    select
        receipt_id,
        noted_on
    from todays_rows
)

select * from selected
