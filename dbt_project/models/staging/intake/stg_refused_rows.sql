with

position as (
    select known_at from {{ ref('stg_position') }}
),

-- A row that is refused again in another run is one refused row.
known as (
    select distinct
        refused.feed,
        refused.source_file,
        refused.source_line,
        refused.file_day,
        refused.reason_code,
        refused.debtor_id,
        refused.amount
    from {{ source('raw', 'refused_rows') }} as refused
    cross join position
    where refused.known_on <= position.known_at and refused.source_line is not null
)

select * from known
