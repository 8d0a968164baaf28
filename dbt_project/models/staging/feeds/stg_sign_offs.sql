with

todays_rows as (
    {{ todays_set('sign_offs') }}
),

selected as (
    select
        control_code,
        period_end,
        prepared_by,
        reviewed_by,
        signed_on,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
