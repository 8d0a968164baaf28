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

reversals as (
    select
        receipt_id,
        amount
    from {{ ref('stg_receipt_reversals') }}
    where reason_code = 'misposting'
),

misposted as (
    select
        receipt_id,
        sum(amount) as amount
    from reversals
    group by receipt_id
),

final as (
    select
        receipts.receipt_id,
        receipts.received_on,
        cast(receipts.amount - coalesce(misposted.amount, 0) as decimal(18, 2)) as amount,
        receipts.method,
        receipts.debtor_id,
        receipts.invoice_id,
        receipts.reference,
        receipts.bank_account,
        receipts.paying_in_batch_id
    from receipts
    left join misposted on receipts.receipt_id = misposted.receipt_id
    where receipts.amount > coalesce(misposted.amount, 0)
)

select * from final
