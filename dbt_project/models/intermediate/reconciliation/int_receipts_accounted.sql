with

credits as (
    select
        credit_no,
        credit_id,
        amount
    from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt'
),

allocations as (
    select
        credit_no,
        allocated_amount
    from {{ ref('int_allocations') }}
),

refunds as (
    select
        credit_no,
        taken_amount
    from {{ ref('int_refunds') }}
    where credit_no is not null
),

refunds_from_open_credits as (
    select
        credit_no,
        refunded_amount
    from {{ ref('int_refunds_from_open_credits') }}
),

open_credits as (
    select
        credit_no,
        open_amount
    from {{ ref('int_open_credits') }}
    where credit_type = 'receipt'
),

every_part as (
    select
        credit_no,
        allocated_amount as amount
    from allocations
    union all
    select
        credit_no,
        taken_amount as amount
    from refunds
    union all
    select
        credit_no,
        refunded_amount as amount
    from refunds_from_open_credits
    union all
    select
        credit_no,
        open_amount as amount
    from open_credits
),

summed as (
    select
        credit_no,
        sum(amount) as amount
    from every_part
    group by credit_no
),

final as (
    select
        credits.credit_id as receipt_id,
        credits.amount as expected_amount,
        cast(coalesce(summed.amount, 0) as decimal(18, 2)) as accounted_amount
    from credits
    left join summed on credits.credit_no = summed.credit_no
)

select * from final
