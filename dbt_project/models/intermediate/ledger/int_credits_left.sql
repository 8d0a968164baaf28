with

credits as (
    select * from {{ ref('int_credits_used') }}
),

with_a_rest as (
    select * from credits
    where rest_amount != 0
)

select * from with_a_rest
