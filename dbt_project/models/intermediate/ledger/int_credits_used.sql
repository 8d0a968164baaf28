with

credits as (
    select * from {{ ref('int_credits_identified') }}
),

refunds as (
    select * from {{ ref('int_refunds') }}
),

allocations as (
    select credit_no, allocated_amount from {{ ref('int_allocations') }}
),

allocated as (
    select
        credit_no,
        sum(allocated_amount) as amount
    from allocations
    group by credit_no
),

refunded as (
    select
        credit_no,
        sum(taken_amount) as amount
    from refunds
    where credit_no is not null
    group by credit_no
),

used as (
    select
        credits.credit_no,
        credits.credit_type,
        credits.credit_id,
        credits.credited_on,
        credits.debtor_id,
        credits.movement_invoice_id,
        credits.full_amount,
        credits.amount,
        cast(coalesce(allocated.amount, 0) as decimal(18, 2)) as allocated_amount,
        cast(coalesce(refunded.amount, 0) as decimal(18, 2)) as refunded_amount,
        cast(
            credits.amount - coalesce(allocated.amount, 0) - coalesce(refunded.amount, 0)
            as decimal(18, 2)
        ) as rest_amount
    from credits
    left join allocated on credits.credit_no = allocated.credit_no
    left join refunded on credits.credit_no = refunded.credit_no
)

select * from used
