with

files_judged as (
    select * from {{ ref('int_files_judged') }}
),

feeds as (
    select * from {{ ref('int_feeds_judged') }}
),

refused_rows as (
    select feed from {{ ref('int_debtors_with_refused_rows') }}
    where debtor_id is null
),

-- The feeds that decide whether a debtor may be contacted, and the codes that check them.
watched as (
    select
        feed,
        case when feed in ('debtors', 'holds') then 'C01' else 'C04' end as whole_files_code,
        case when feed in ('debtors', 'holds') then 'C02' else 'C05' end as fresh_code,
        case when feed in ('debtors', 'holds') then 'C03' else 'C06' end as readable_code,
        is_empty or is_stale as is_unfit
    from feeds
    where {{ is_feed_of('feed', feeds_that_protect()) }}
),

-- A mapped file that yields several feeds names them all, joined by a plus sign.
files_of_codes as (
    select distinct
        watched.whole_files_code,
        watched.readable_code,
        files_judged.source_file,
        files_judged.first_run_id,
        files_judged.is_missing
    from files_judged
    inner join watched on '+' || files_judged.feed || '+' like '%+' || watched.feed || '+%'
),

unreadable as (
    select
        watched.readable_code,
        count(*) as row_count
    from refused_rows
    inner join watched on refused_rows.feed = watched.feed
    group by watched.readable_code
),

every_result as (
    select
        whole_files_code as check_code,
        count(*) as population,
        sum(case when is_missing then 1 else 0 end) as exceptions
    from files_of_codes
    group by whole_files_code
    union all
    select
        fresh_code as check_code,
        count(*) as population,
        sum(case when is_unfit then 1 else 0 end) as exceptions
    from watched
    group by fresh_code
    union all
    select
        files_counted.readable_code as check_code,
        files_counted.file_count as population,
        coalesce(unreadable.row_count, 0) as exceptions
    from (
        select
            readable_code,
            count(*) as file_count
        from files_of_codes
        group by readable_code
    ) as files_counted
    left join unreadable on files_counted.readable_code = unreadable.readable_code
),

final as (
    select
        check_code,
        population,
        exceptions,
        cast(0 as decimal(18, 2)) as exceptions_value,
        true as is_blocking
    from every_result
)

select * from final
