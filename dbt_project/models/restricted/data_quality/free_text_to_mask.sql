with

findings as (
    select * from {{ ref('int_findings_of_rows') }}
    where check_code = 'I21' and exceptions > 0
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        findings.item_type,
        findings.source_file,
        findings.source_line,
        findings.explanation
    from findings
    cross join position
)

select * from final
