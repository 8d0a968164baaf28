{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('write_backs') }}"
) }}

with

todays_rows as (
    {{ todays_set('write_backs', is_kept=true) }}
),

selected as (
    select
        write_back_id,
        write_off_id,
        written_back_on,
        amount,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
