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

-- A line with words about health would lead to its debtor: which lines stands in restricted tables.
told as (
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
        told.check_code,
        told.item_type,
        told.item_id,
        told.source_file,
        told.source_line,
        cast(told.exceptions as bigint) as exceptions,
        try_cast(told.amount as decimal(18, 2)) as amount,
        told.explanation
    from told
    cross join position
)

select * from final
