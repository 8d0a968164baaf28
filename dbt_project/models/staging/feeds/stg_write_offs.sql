{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('write_offs') }}"
) }}

with

todays_rows as (
    {{ todays_set('write_offs', is_kept=true) }}
),

selected as (
    select
        write_off_id,
        request_id,
        invoice_id,
        debtor_id,
        written_off_on,
        amount,
        reason_code,
        vat_amount,
        posted_by,
        posted_on,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
