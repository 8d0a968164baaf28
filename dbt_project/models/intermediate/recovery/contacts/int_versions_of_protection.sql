with

position as (
    select known_at from {{ ref('stg_position') }}
),

every_version as (
    {{ versions_that_forbid() }}
)

select * from every_version
