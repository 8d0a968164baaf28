with

policy_rows as (
    {{ policy_rows(
        'provision_rates',
        key=['band', 'debt_type', 'party_type', 'status'],
        columns=['rate']
    ) }}
),

-- A rate that is not a number, below 0 or above 100 counts as missing.
typed as (
    select
        policy_row,
        nullif(band, '') as band,
        nullif(debt_type, '') as debt_type,
        nullif(party_type, '') as party_type,
        nullif(status, '') as status,
        cast(
            case
                when cast(nullif(rate, '') as decimal(18, 6)) between 0 and 100 then rate
            end as decimal(9, 6)
        ) as rate,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
