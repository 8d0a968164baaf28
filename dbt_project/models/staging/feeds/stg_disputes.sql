with

todays_rows as (
    {{ todays_set('disputes') }}
),

selected as (
    select
        dispute_id,
        debtor_id,
        invoice_id,
        kind,
        stage,
        raised_on,
        disputed_amount,
        category,
        root_cause,
        response_due_on,
        outcome,
        case when resolved_on <= _as_of_date then resolved_on end as resolved_on,
        remedy_amount,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
