with

position as (
    select * from {{ ref('stg_position') }}
),

days as (
    select distinct file_day
    from (
        select
            feed,
            file_day
        from {{ ref('stg_files') }}
        where refused_code is null and feed not like 'policy%'
        group by
            feed,
            file_day
        having count(*) > 1
    ) as several
),

came_again as (
    {{ rows_sent_again() }}
),

-- A row of a file that fills several feeds counts once, whichever feeds it came again in.
final as (
    select
        source_file,
        run_id,
        max(row_count) as row_count,
        cast(sum(amount) as decimal(38, 2)) as amount
    from came_again
    group by
        source_file,
        run_id
)

select * from final
