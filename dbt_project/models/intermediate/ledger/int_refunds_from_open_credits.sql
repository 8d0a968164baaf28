with

credits as (
    select * from {{ ref('int_credits_left') }}
),

refunds as (
    select * from {{ ref('int_refunds') }}
),

-- The debtor's open credits, oldest first.
credits_offered as (
    select
        debtor_id as pool,
        credit_no,
        credited_on,
        type_order,
        credit_id,
        rest_amount as amount
    from credits
    where debtor_id is not null
),

debits as (
    select
        debtor_id as pool,
        refund_no as item_no,
        queue_place,
        amount - taken_amount as amount
    from refunds
    where debtor_id is not null
),

settled as (
    {{ settled_in_long_order('credits_offered', 'debits') }}
),

named as (
    select
        credit_no,
        item_no as refund_no,
        allocated_amount as refunded_amount
    from settled
)

select * from named
