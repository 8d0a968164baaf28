{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('refunds') }}"
) }}

with

todays_rows as (
    {{ todays_set('refunds', is_kept=true) }}
),

selected as (
    select
        refund_id,
        debtor_id,
        receipt_id,
        refunded_on,
        amount,
        requested_by,
        approved_by,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
