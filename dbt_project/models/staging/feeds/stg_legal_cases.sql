with

todays_rows as (
    {{ todays_set('legal_cases') }}
),

selected as (
    select
        case_id,
        invoice_id,
        referred_on,
        case when issued_on <= _as_of_date then issued_on end as issued_on,
        case when judgment_on <= _as_of_date then judgment_on end as judgment_on,
        judgment_amount,
        enforcement,
        case when closed_on <= _as_of_date then closed_on end as closed_on,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
