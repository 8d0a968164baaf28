{{ config(materialized="view") }}

with

credits as (
    select * from {{ ref('int_credits_identified') }}
),

refunds as (
    select
        credit_no,
        taken_amount
    from {{ ref('int_refunds') }}
    where credit_no is not null
),

allocations as (
    select
        credit_no,
        allocated_amount
    from {{ ref('int_allocations') }}
),

uses as (
    select
        credit_no,
        allocated_amount,
        cast(0 as decimal(18, 2)) as refunded_amount
    from allocations
    union all
    select
        credit_no,
        cast(0 as decimal(18, 2)) as allocated_amount,
        taken_amount as refunded_amount
    from refunds
),

used_by_credit as (
    select
        credit_no,
        sum(allocated_amount) as allocated_amount,
        sum(refunded_amount) as refunded_amount
    from uses
    group by credit_no
),

used as (
    select
        credits.credit_no,
        credits.credit_type,
        credits.type_order,
        credits.credit_id,
        credits.credited_on,
        credits.debtor_id,
        credits.movement_invoice_id,
        credits.full_amount,
        credits.amount,
        cast(coalesce(used_by_credit.allocated_amount, 0) as decimal(18, 2)) as allocated_amount,
        cast(coalesce(used_by_credit.refunded_amount, 0) as decimal(18, 2)) as refunded_amount,
        cast(
            credits.amount - coalesce(used_by_credit.allocated_amount, 0)
            - coalesce(used_by_credit.refunded_amount, 0)
            as decimal(18, 2)
        ) as rest_amount
    from credits
    left join used_by_credit on credits.credit_no = used_by_credit.credit_no
)

select * from used
