with

credits as (
    select * from {{ ref('int_credits_identified') }}
),

credits_unallocated as (
    select
        credit_no,
        rest_amount
    from {{ ref('int_credits_unallocated') }}
    where rest_amount != 0
),

with_a_rest as (
    select
        credits.credit_no,
        credits.credit_type,
        credits.type_order,
        credits.credit_id,
        credits.credited_on,
        credits.debtor_id,
        credits.movement_invoice_id,
        credits.amount,
        credits_unallocated.rest_amount
    from credits
    inner join credits_unallocated on credits.credit_no = credits_unallocated.credit_no
)

select * from with_a_rest
