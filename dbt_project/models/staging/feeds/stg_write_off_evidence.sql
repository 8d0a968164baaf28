with

todays_rows as (
    {{ todays_set('write_off_evidence') }}
),

selected as (
    select
        request_id,
        evidence_key,
        evidence_value,
        dated_on,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
