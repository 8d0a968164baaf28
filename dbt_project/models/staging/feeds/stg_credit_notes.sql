{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('credit_notes') }}"
) }}

with

todays_rows as (
    {{ todays_set('credit_notes', is_kept=true) }}
),

selected as (
    select
        credit_note_id,
        debtor_id,
        invoice_id,
        credit_date,
        net_amount,
        vat_amount,
        gross_amount,
        reason_code,
        raised_by,
        approved_by,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
