with

todays_rows as (
    {{ todays_set('holds') }}
),

selected as (
    select
        hold_id,
        debtor_id,
        invoice_id,
        arrangement_id,
        hold_type,
        starts_on,
        ends_on,
        notified_on,
        order_date,
        raised_by,
        approved_by,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
