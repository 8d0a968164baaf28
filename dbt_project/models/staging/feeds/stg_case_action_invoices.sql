with

todays_rows as (
    {{ todays_set('case_action_invoices') }}
),

selected as (
    select
        action_id,
        invoice_id,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
