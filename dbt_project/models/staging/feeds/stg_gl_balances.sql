with

todays_rows as (
    {{ todays_set('gl_balances') }}
),

selected as (
    select
        account_code,
        balance_date,
        balance,
        account_type,
        _known_on as known_on,
        _source_file as source_file,
        _source_line as source_line
    from todays_rows
)

select * from selected
