with

todays_rows as (
    {{ todays_set('bank_transactions') }}
),

selected as (
    select
        bank_transaction_id,
        bank_account,
        booked_on,
        amount,
        reference,
        transaction_type,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
