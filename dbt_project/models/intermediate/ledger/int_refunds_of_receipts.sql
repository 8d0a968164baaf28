with

refunds as (
    select * from {{ ref('stg_refunds') }}
),

credits as (
    select * from {{ ref('int_credits_identified') }}
),

allocations_so_far as (
    select
        credit_no,
        allocated_amount
    from {{ ref('int_allocations_by_invoice') }}
    union all
    select
        credit_no,
        allocated_amount
    from {{ ref('int_allocations_by_referenced_arrangement') }}
),

allocated as (
    select
        credit_no,
        sum(allocated_amount) as allocated_amount
    from allocations_so_far
    group by credit_no
),

named as (
    select
        refunds.refund_id,
        refunds.refunded_on,
        refunds.amount,
        credits.credit_no,
        credits.debtor_id,
        credits.movement_invoice_id as invoice_id,
        greatest(credits.amount_after_feed - coalesce(allocated.allocated_amount, 0), 0)
            as receipt_rest
    from refunds
    inner join credits on refunds.receipt_id = credits.credit_id and credits.credit_type = 'receipt'
    left join allocated on credits.credit_no = allocated.credit_no
),

-- A refund takes the rest of the receipt it names, before that rest is offered to steps 4 and 5.
taken as (
    select
        refund_id,
        refunded_on,
        debtor_id,
        invoice_id,
        credit_no,
        amount as full_amount,
        cast(greatest(0, least(
            amount,
            receipt_rest - coalesce(sum(amount) over (
                partition by credit_no order by refunded_on nulls last, refund_id nulls last
                rows between unbounded preceding and 1 preceding
            ), 0)
        )) as decimal(18, 2)) as taken_amount
    from named
)

select * from taken
