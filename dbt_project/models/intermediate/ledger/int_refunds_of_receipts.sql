with

refunds as (
    select * from {{ ref('stg_refunds') }}
),

credits as (
    select * from {{ ref('int_credits_identified') }}
    where {{ is_in_hand('credit_no') }}
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

named as (
    select
        refunds.refund_id,
        refunds.refunded_on,
        refunds.amount,
        credits.credit_no,
        credits.debtor_id,
        credits.movement_invoice_id as invoice_id,
        credits.amount_after_feed
    from refunds
    inner join credits on refunds.receipt_id = credits.credit_id and credits.credit_type = 'receipt'
),

allocated as (
    select
        refunded_receipts.credit_no,
        sum(allocations_so_far.allocated_amount) as allocated_amount
    from (select distinct credit_no from named) as refunded_receipts
    inner join allocations_so_far on refunded_receipts.credit_no = allocations_so_far.credit_no
    group by refunded_receipts.credit_no
),

measured as (
    select
        named.refund_id,
        named.refunded_on,
        named.amount,
        named.credit_no,
        named.debtor_id,
        named.invoice_id,
        greatest(named.amount_after_feed - coalesce(allocated.allocated_amount, 0), 0)
            as receipt_rest
    from named
    left join allocated on named.credit_no = allocated.credit_no
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
    from measured
)

select * from taken
