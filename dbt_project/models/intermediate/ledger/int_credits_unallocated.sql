{{ config(
    materialized="kept",
    pre_hook="{{ forget_numbers_gone('credit_no', 'int_credits_identified') }}"
) }}

with

credits as (
    select
        credit_no,
        amount
    from {{ ref('int_credits_identified') }}
    where {{ is_in_hand('credit_no') }}
),

allocations as (
    select
        credit_no,
        allocated_amount
    from {{ ref('int_allocations') }}
    where {{ is_in_hand('credit_no') }}
),

refunds as (
    select
        credit_no,
        taken_amount
    from {{ ref('int_refunds') }}
    where credit_no is not null and {{ is_in_hand('credit_no') }}
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
    group by credit_no
),

unallocated as (
    select
        credits.credit_no,
        cast(credits.amount - coalesce(allocated.amount, 0) as decimal(18, 2)) as unallocated_amount
    from credits
    left join allocated on credits.credit_no = allocated.credit_no
),

with_their_refunds as (
    select
        unallocated.credit_no,
        unallocated.unallocated_amount,
        cast(
            unallocated.unallocated_amount - coalesce(refunded.amount, 0) as decimal(18, 2)
        ) as rest_amount
    from unallocated
    left join refunded on unallocated.credit_no = refunded.credit_no
    where unallocated.unallocated_amount != 0
)

select * from with_their_refunds
