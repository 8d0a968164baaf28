{{ config(
    materialized="incremental",
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
