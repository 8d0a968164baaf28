with

position as (
    select known_at from {{ ref('stg_position') }}
),

-- The same bytes under the same name are one file, however many runs read it.
known as (
    select
        min(files.run_id) as first_run_id,
        files.source_file,
        files.sha256,
        files.feed,
        files.file_day,
        files.known_on,
        files.rows_read,
        files.control_total,
        files.refused_code
    from {{ source('raw', 'files') }} as files
    cross join position
    where files.known_on <= position.known_at
    group by
        files.source_file,
        files.sha256,
        files.feed,
        files.file_day,
        files.known_on,
        files.rows_read,
        files.control_total,
        files.refused_code
)

select * from known
