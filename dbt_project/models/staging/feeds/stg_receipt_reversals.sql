{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('receipt_reversals') }}"
) }}

with

todays_rows as (
    {{ todays_set('receipt_reversals', is_kept=true) }}
),

selected as (
    select
        reversal_id,
        receipt_id,
        reversed_on,
        amount,
        reason_code,
        posted_on,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
