with

refused as (
    select * from {{ ref('stg_refused_ids') }}
),

good_again as (
    select * from {{ ref('stg_rows_good_again') }}
),

good_files as (
    select
        source_file,
        max(first_run_id) as last_run_id
    from {{ ref('stg_files') }}
    where refused_code is null
    group by source_file
),

-- The last good row of the key, in the order of versions. A row of which no key can be read is
-- corrected with its file.
compared as (
    select
        refused.*,
        case
            when refused.key_text is null
                then coalesce(good_files.last_run_id > refused.run_id, false)
            when good_again.key_text is null then false
            when good_again.file_day != refused.file_day
                then good_again.file_day > refused.file_day
            when good_again.source_file != refused.source_file
                then good_again.source_file > refused.source_file
            when good_again.source_line != refused.source_line
                then good_again.source_line > refused.source_line
            when good_again.known_on != refused.known_on
                then good_again.known_on > refused.known_on
            else good_again.run_id > refused.run_id
        end as is_healed
    from refused
    left join good_again
        on refused.feed = good_again.feed and refused.key_text = good_again.key_text
    left join good_files on refused.source_file = good_files.source_file
),

not_healed as (
    select * from compared
    where not is_healed
)

select * from not_healed
