{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('allocations') }}"
) }}

with

todays_rows as (
    {{ todays_set('allocations', is_kept=true) }}
),

selected as (
    select
        allocation_id,
        source_type,
        source_id,
        invoice_id,
        instalment_no,
        allocated_on,
        amount,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
