{{ config(materialized="view") }}

with

bank_lines as (
    select bank_transaction_id from {{ ref('stg_bank_transactions') }}
),

receipts as (
    select
        receipt_id,
        received_on,
        amount,
        method,
        debtor_id,
        invoice_id,
        reference,
        bank_account,
        paying_in_batch_id
    from {{ ref('stg_receipts') }}
    where exists (select 1 from bank_lines)
),

misposted as (
    select * from {{ ref('int_bank_misposted') }}
),

final as (
    select
        receipts.*,
        misposted.receipt_id is not null as is_misposted
    from receipts
    left join misposted on receipts.receipt_id = misposted.receipt_id
    where not coalesce(misposted.is_posted_again, false)
)

select * from final
