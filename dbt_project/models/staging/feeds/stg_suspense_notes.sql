with

todays_rows as (
    {{ todays_set('suspense_notes') }}
),

selected as (
    select
        receipt_id,
        owner,
        noted_on,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
