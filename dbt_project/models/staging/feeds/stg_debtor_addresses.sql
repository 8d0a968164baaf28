with

-- Names and addresses, apart from stg_debtors: only the restricted schema reads them, and models
-- that ask whether there is an address.
todays_rows as (
    {{ todays_set('debtors') }}
),

selected as (
    select
        debtor_id,
        name,
        nullif(address_line_1, '') as address_line_1,
        nullif(address_line_2, '') as address_line_2,
        nullif(town, '') as town,
        nullif(postcode, '') as postcode,
        nullif(email, '') as email,
        nullif(telephone, '') as telephone
    from todays_rows
)

select * from selected
