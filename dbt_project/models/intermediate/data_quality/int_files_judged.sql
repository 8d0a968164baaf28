with

files as (
    select * from {{ ref('stg_files') }}
),

-- A refused file is replaced once an accepted file of its name has come later.
files_replacing as (
    select
        source_file,
        max(first_run_id) as last_run_id
    from files
    where refused_code is null
    group by source_file
),

files_judged as (
    select
        files.source_file,
        files.first_run_id,
        files.feed,
        files.refused_code,
        files.refused_code is not null
        and coalesce(files_replacing.last_run_id <= files.first_run_id, true) as is_missing
    from files
    left join files_replacing on files.source_file = files_replacing.source_file
)

select * from files_judged
