{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('receipts') }}"
) }}

with

todays_rows as (
    {{ todays_set('receipts', is_kept=true) }}
),

selected as (
    select
        receipt_id,
        received_on,
        amount,
        method,
        debtor_id,
        invoice_id,
        reference,
        bank_account,
        paying_in_batch_id,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
