with

position as (
    select * from {{ ref('stg_position') }}
),

of_files as (
    select * from {{ ref('int_findings_of_files') }}
),

of_rows as (
    select * from {{ ref('int_findings_of_rows') }}
),

of_ledger as (
    select * from {{ ref('int_findings_of_ledger') }}
),

of_officers as (
    select * from {{ ref('int_findings_of_officers') }}
),

every_finding as (
    select * from of_files
    union all
    select * from of_rows
    union all
    select * from of_ledger
    union all
    select * from of_officers
),

-- A line with words about health would lead to its debtor: the lines are in a restricted table.
listed as (
    select
        check_code,
        item_type,
        item_id,
        source_file,
        source_line,
        exceptions,
        amount,
        explanation
    from every_finding
    where exceptions > 0 and check_code != 'I21'
    union all
    select
        check_code,
        item_type,
        item_type as item_id,
        cast(null as string) as source_file,
        cast(null as bigint) as source_line,
        sum(exceptions) as exceptions,
        sum(amount) as amount,
        'card numbers, bank details or words about health' as explanation
    from every_finding
    where exceptions > 0 and check_code = 'I21'
    group by
        check_code,
        item_type
),

final as (
    select
        position.as_of_date,
        position.known_at,
        listed.check_code,
        listed.item_type,
        listed.item_id,
        listed.source_file,
        listed.source_line,
        cast(listed.exceptions as bigint) as exceptions,
        try_cast(listed.amount as decimal(18, 2)) as amount,
        listed.explanation
    from listed
    cross join position
)

select * from final
