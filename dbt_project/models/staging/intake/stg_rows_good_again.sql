with

position as (
    select known_at from {{ ref('stg_position') }}
),

refused as (
    select distinct
        feed,
        key_text
    from {{ ref('stg_refused_ids') }}
),

every_row as (
    {{ good_again() }}
),

last_of_each_key as (
    select
        feed,
        key_text,
        file_day,
        source_file,
        source_line,
        known_on,
        run_id,
        row_number() over (
            partition by feed, key_text
            order by
                file_day desc nulls last, source_file desc nulls last, source_line desc nulls last,
                known_on desc nulls last, run_id desc nulls last
        ) as recency
    from every_row
)

select * from last_of_each_key
where recency = 1
