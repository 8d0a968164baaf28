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

every_finding as (
    select * from of_files
    union all
    select * from of_rows
    union all
    select * from of_ledger
),

final as (
    select
        position.as_of_date,
        position.known_at,
        every_finding.check_code,
        every_finding.item_type,
        every_finding.item_id,
        every_finding.source_file,
        every_finding.source_line,
        cast(every_finding.exceptions as bigint) as exceptions,
        try_cast(every_finding.amount as decimal(18, 2)) as amount,
        every_finding.explanation
    from every_finding
    cross join position
    where every_finding.exceptions > 0
)

select * from final
