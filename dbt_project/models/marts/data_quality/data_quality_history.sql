{{ config(materialized='view') }}

-- A view, as data_quality_results is.
with

data_quality_results as (
    select * from {{ ref('data_quality_results') }}
),

published_data_quality as (
    select * from {{ source('raw', 'published_data_quality') }}
),

-- Rows of earlier runs are read from their published files and never calculated again.
every_position as (
    select
        as_of_date,
        known_at,
        check_code,
        severity,
        population,
        exceptions,
        exceptions_value,
        status,
        owner
    from data_quality_results
    union all
    select
        as_of_date,
        known_at,
        check_code,
        severity,
        population,
        exceptions,
        exceptions_value,
        status,
        owner
    from published_data_quality
)

select * from every_position
