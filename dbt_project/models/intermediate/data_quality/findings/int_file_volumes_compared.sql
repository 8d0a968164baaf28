{{ config(materialized="view") }}

with

files as (
    select * from {{ ref('stg_files') }}
    where refused_code is null and feed not like 'policy%'
),

sent_again as (
    select * from {{ ref('int_files_sent_again') }}
),

thresholds as (
    select
        threshold as rule,
        value,
        effective_from,
        effective_to
    from {{ ref('stg_policy__check_thresholds') }}
    where check_code = 'I20'
),

position as (
    select * from {{ ref('stg_position') }}
),

limits as (
    select
        {{ figure_of('thresholds', 'like_days', 'bigint') }} as like_days,
        {{ figure_of('thresholds', 'daily_within', 'bigint') }} as daily_within,
        {{ figure_of('thresholds', 'margin', 'bigint') }} as margin
    from position
    inner join thresholds on {{ policy_in_force('thresholds', 'position.as_of_date') }}
),

-- I20: the newest day of files of each feed beside those before it that are like it. A row that
-- comes again in a later file of the day counts once, as it came last.
file_days as (
    select
        files.feed,
        files.file_day,
        sum(files.rows_read - coalesce(sent_again.row_count, 0)) as row_count,
        sum(coalesce(files.control_total, 0) - coalesce(sent_again.amount, 0)) as amount
    from files
    left join sent_again
        on
            files.source_file = sent_again.source_file
            and files.first_run_id = sent_again.run_id
    group by
        files.feed,
        files.file_day
),

newest as (
    select
        feed,
        max(file_day) as newest_day
    from file_days
    group by feed
),

earlier as (
    select
        file_days.*,
        newest.newest_day,
        {{ days_between('file_days.file_day', 'newest.newest_day') }} as days_before,
        row_number() over (
            partition by file_days.feed
            order by file_days.file_day desc nulls last
        ) as day_no
    from file_days
    inner join newest
        on file_days.feed = newest.feed and file_days.file_day < newest.newest_day
),

daily_feeds as (
    select earlier.feed
    from earlier
    cross join limits
    where earlier.day_no = limits.like_days and earlier.days_before <= limits.daily_within
),

like_days as (
    select
        earlier.feed,
        earlier.row_count,
        earlier.amount,
        row_number() over (
            partition by earlier.feed
            order by earlier.file_day desc nulls last
        ) as like_no
    from earlier
    left join daily_feeds on earlier.feed = daily_feeds.feed
    where daily_feeds.feed is null or earlier.days_before % 7 = 0
),

-- Fewer days than policy asks for are no range yet.
ranges as (
    select
        like_days.feed,
        min(like_days.row_count) as least_rows,
        max(like_days.row_count) as most_rows,
        min(like_days.amount) as least_amount,
        max(like_days.amount) as most_amount,
        max(limits.margin) as margin
    from like_days
    cross join limits
    where like_days.like_no <= limits.like_days
    group by like_days.feed
    having count(*) = max(limits.like_days)
),

compared as (
    select
        file_days.*,
        ranges.least_rows,
        ranges.most_rows,
        ranges.least_amount,
        ranges.most_amount,
        file_days.row_count * 100 < ranges.least_rows * (100 - ranges.margin)
        or file_days.row_count * 100 > ranges.most_rows * (100 + ranges.margin)
        or file_days.amount * 100
        < ranges.least_amount * 100 - abs(ranges.least_amount) * ranges.margin
        or file_days.amount * 100
        > ranges.most_amount * 100 + abs(ranges.most_amount) * ranges.margin as is_unlike
    from file_days
    inner join newest
        on file_days.feed = newest.feed and file_days.file_day = newest.newest_day
    inner join ranges on file_days.feed = ranges.feed
)

select * from compared
