with

todays_rows as (
    {{ todays_set('case_actions') }}
),

selected as (
    select
        action_id,
        debtor_id,
        invoice_id,
        action_code,
        acted_on,
        officer_id,
        outcome_code,
        diary_on,
        case when diary_done_on <= _as_of_date then diary_done_on end as diary_done_on,
        promised_amount,
        promised_on,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
