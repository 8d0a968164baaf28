with

files as (
    select * from {{ ref('stg_files') }}
    where refused_code is null and feed not like 'policy%'
),

numbered_feeds as (
    select * from {{ ref('stg_policy__numbered_feeds') }}
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

-- I01: rows that came before under another name bring nothing new. Files without rows are alike.
beside_copies as (
    select
        files.*,
        first_value(source_file) over (
            partition by sha256
            order by
                known_on nulls last, file_day nulls last, source_file nulls last,
                first_run_id nulls last
        ) as first_file
    from files
    where rows_read > 0
),

copies as (
    select distinct
        'I01' as check_code,
        feed as item_type,
        source_file as item_id,
        source_file,
        cast(null as bigint) as source_line,
        cast(0 as decimal(38, 2)) as amount,
        cast(1 as bigint) as exceptions,
        'the same rows came as ' || first_file as explanation
    from beside_copies
    where source_file != first_file
),

-- I03: the number stands at the end of the name, before the day where there is one.
names as (
    select distinct
        files.feed,
        files.source_file,
        regexp_extract(files.source_file, '([0-9]{1,18})(_[0-9]{8})?[.][A-Za-z0-9]+$', 1)
            as number_text,
        replace(cast(files.file_day as string), '-', '') as day_text
    from files
    inner join numbered_feeds on files.feed = numbered_feeds.feed
    cross join position
    where {{ policy_in_force('numbered_feeds', 'position.as_of_date') }}
),

file_numbers as (
    select distinct
        feed,
        cast(number_text as bigint) as file_no
    from names
    where number_text != '' and number_text != day_text
),

after_numbers as (
    select
        feed,
        file_no,
        lag(file_no) over (partition by feed order by file_no nulls last) as previous_no
    from file_numbers
),

numbers_missing as (
    select
        'I03' as check_code,
        feed as item_type,
        feed || ' ' || cast(previous_no + 1 as string) || ' to ' || cast(file_no - 1 as string)
            as item_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_line,
        cast(0 as decimal(38, 2)) as amount,
        file_no - previous_no - 1 as exceptions,
        cast(file_no - previous_no - 1 as string) || ' file numbers are missing' as explanation
    from after_numbers
    where file_no - previous_no > 1
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
),

unlike as (
    select
        'I20' as check_code,
        feed as item_type,
        feed || ' ' || cast(file_day as string) as item_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_line,
        amount,
        cast(1 as bigint) as exceptions,
        cast(row_count as string) || ' rows of ' || cast(amount as string)
        || ' pounds; the days before had ' || cast(least_rows as string) || ' to '
        || cast(most_rows as string) || ' rows of ' || cast(least_amount as string) || ' to '
        || cast(most_amount as string) || ' pounds' as explanation
    from compared
    where is_unlike
),

every_finding as (
    select * from copies
    union all
    select * from numbers_missing
    union all
    select * from unlike
),

populations as (
    select
        'I01' as check_code,
        count(distinct source_file) as population
    from files
    union all
    select
        'I03' as check_code,
        count(*) as population
    from file_numbers
    union all
    select
        'I20' as check_code,
        count(*) as population
    from compared
),

final as (
    {{ items_and_populations('every_finding', 'populations') }}
)

select * from final
