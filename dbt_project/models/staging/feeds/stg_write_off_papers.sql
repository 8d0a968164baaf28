with

todays_rows as (
    {{ todays_set('write_off_papers') }}
),

selected as (
    select
        batch_id,
        request_count,
        total_amount,
        content_sha256,
        approved_by,
        approved_on,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
