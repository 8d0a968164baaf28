{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('adjustments') }}"
) }}

with

todays_rows as (
    {{ todays_set('adjustments', is_kept=true) }}
),

selected as (
    select
        adjustment_id,
        debtor_id,
        invoice_id,
        adjusted_on,
        amount,
        adjustment_type,
        reason_code,
        corresponding_id,
        raised_by,
        approved_by,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
