{{ config(
    materialized="kept",
    pre_hook="{{ forget_touched_rows('invoices') }}"
) }}

with

todays_rows as (
    {{ todays_set('invoices', is_kept=true) }}
),

selected as (
    select
        invoice_id,
        debtor_id,
        service_code,
        invoice_date,
        due_date,
        net_amount,
        vat_amount,
        gross_amount,
        supply_from,
        supply_to,
        raised_by,
        replaces_invoice_id,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
