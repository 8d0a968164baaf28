with

credits as (
    select * from {{ ref('int_credits_left') }}
),

refunds_from_open_credits as (
    select * from {{ ref('int_refunds_from_open_credits') }}
),

refunded as (
    select
        credit_no,
        sum(refunded_amount) as refunded_amount
    from refunds_from_open_credits
    group by credit_no
),

measured as (
    select
        credits.credit_no,
        credits.credit_type,
        credits.credit_id,
        credits.credited_on,
        credits.debtor_id,
        credits.movement_invoice_id as invoice_id,
        credits.amount,
        cast(credits.rest_amount - coalesce(refunded.refunded_amount, 0) as decimal(18, 2))
            as open_amount
    from credits
    left join refunded on credits.credit_no = refunded.credit_no
)

select * from measured
where open_amount != 0
