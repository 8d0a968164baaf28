{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('invoice_instalments') }}"
) }}

with

todays_rows as (
    {{ todays_set('invoice_instalments', is_kept=true) }}
),

selected as (
    select
        invoice_id,
        instalment_no,
        due_date,
        amount,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
