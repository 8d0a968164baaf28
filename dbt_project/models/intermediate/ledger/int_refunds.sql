{{ config(materialized="kept", pre_hook="{{ forget_refunds_in_hand() }}") }}

with

refunds as (
    select stg_refunds.*
    from {{ ref('stg_refunds') }} as stg_refunds
    {{ of_debtors_in_hand('stg_refunds') }}
),

refunds_of_receipts as (
    select * from {{ ref('int_refunds_of_receipts') }}
),

-- A refund counts once its receipt is known. It takes at most what a receipt in suspense has.
of_receipts as (
    select
        refund_id,
        refunded_on,
        debtor_id,
        invoice_id,
        credit_no,
        case when debtor_id is null then taken_amount else full_amount end as amount,
        taken_amount
    from refunds_of_receipts
),

of_debtors as (
    select
        refund_id,
        refunded_on,
        debtor_id,
        cast(null as string) as invoice_id,
        cast(null as bigint) as credit_no,
        amount,
        cast(0 as decimal(18, 2)) as taken_amount
    from refunds
    where receipt_id is null
),

every_refund as (
    select * from of_receipts
    union all
    select * from of_debtors
),

numbered as (
    select
        {{ ledger_number() }} as refund_no,
        row_number() over (
            partition by debtor_id order by refunded_on nulls last, refund_id nulls last
        ) as queue_place,
        every_refund.*
    from every_refund
    where amount > 0
)

select * from numbered
