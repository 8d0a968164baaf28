with

files as (
    select * from {{ ref('stg_files') }}
),

files_missing as (
    select refused_code from {{ ref('int_files_judged') }}
    where is_missing
),

refused_rows as (
    select * from {{ ref('stg_refused_rows') }}
),

feeds as (
    select * from {{ ref('int_feeds_judged') }}
),

faults as (
    select
        reason_code as check_code,
        false as is_blocking,
        coalesce(amount, 0) as amount
    from refused_rows
    union all
    select
        refused_code as check_code,
        true as is_blocking,
        0 as amount
    from files_missing
),

faults_counted as (
    select
        check_code,
        count(*) as exceptions,
        sum(amount) as exceptions_value,
        bool_or(is_blocking) as is_blocking
    from faults
    group by check_code
),

read_in_all as (
    select
        count(*) as file_count,
        sum(rows_read) as row_count
    from files
),

codes as (
    select 'I04' as check_code
    union all
    select 'I07' as check_code
    union all
    select 'I08' as check_code
    union all
    select 'I09' as check_code
    union all
    select 'I10' as check_code
    union all
    select 'I19' as check_code
),

-- Without this, a refused row whose code no check of the intake counts would appear nowhere.
disclosed as (
    select
        count(*) as row_count,
        coalesce(sum(case when codes.check_code is null then 1 else 0 end), 0)
            as undisclosed_count,
        coalesce(
            sum(case when codes.check_code is null then refused_rows.amount end), 0
        ) as undisclosed_amount
    from refused_rows
    left join codes on refused_rows.reason_code = codes.check_code
),

every_result as (
    select
        codes.check_code,
        case
            when codes.check_code in ('I04', 'I08')
                then read_in_all.file_count + coalesce(read_in_all.row_count, 0)
            else coalesce(read_in_all.row_count, 0)
        end as population,
        coalesce(faults_counted.exceptions, 0) as exceptions,
        coalesce(faults_counted.exceptions_value, 0) as exceptions_value,
        coalesce(faults_counted.is_blocking, false) as is_blocking
    from codes
    cross join read_in_all
    left join faults_counted on codes.check_code = faults_counted.check_code
    union all
    select
        'I22' as check_code,
        count(*) as population,
        sum(case when is_stale then 1 else 0 end) as exceptions,
        0 as exceptions_value,
        true as is_blocking
    from feeds
    where agreed_days is not null
    union all
    select
        'R17' as check_code,
        row_count as population,
        undisclosed_count as exceptions,
        undisclosed_amount as exceptions_value,
        true as is_blocking
    from disclosed
)

select * from every_result
