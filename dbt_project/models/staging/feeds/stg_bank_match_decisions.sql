with

todays_rows as (
    {{ todays_set('bank_match_decisions') }}
),

selected as (
    select
        bank_transaction_id,
        receipt_id,
        decided_by,
        decided_on,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
