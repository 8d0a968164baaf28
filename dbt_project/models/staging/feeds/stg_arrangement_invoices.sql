{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('arrangement_invoices') }}"
) }}

with

todays_rows as (
    {{ todays_set('arrangement_invoices', is_kept=true) }}
),

selected as (
    select
        arrangement_id,
        invoice_id,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
