with

files as (
    select * from {{ ref('stg_files') }}
    where refused_code is null and feed not like 'policy%'
),

numbered_feeds as (
    select * from {{ ref('stg_policy__numbered_feeds') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

compared as (
    select * from {{ ref('int_file_volumes_compared') }}
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

-- I03: the number is at the end of the name, before the day where there is one.
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
