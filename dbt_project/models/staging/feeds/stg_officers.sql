with

todays_rows as (
    {{ todays_set('officers') }}
),

selected as (
    select
        officer_id,
        role,
        team,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
