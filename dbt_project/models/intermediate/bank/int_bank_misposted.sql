with

receipts as (
    select
        receipt_id,
        received_on,
        amount,
        reference,
        bank_account
    from {{ ref('stg_receipts') }}
),

reversals as (
    select
        receipt_id,
        amount
    from {{ ref('stg_receipt_reversals') }}
    where reason_code = 'misposting'
),

-- No day until a bank line has arrived.
figures as (
    select
        day_on,
        days_apart_exact
    from {{ ref('int_bank_days') }}
),

taken_back as (
    select
        receipt_id,
        sum(amount) as amount
    from reversals
    group by receipt_id
),

-- A receipt that was misposted in part was still at the bank: only its debtor was wrong.
misposted as (
    select
        receipts.*,
        figures.days_apart_exact
    from receipts
    inner join taken_back on receipts.receipt_id = taken_back.receipt_id
    inner join figures on receipts.received_on = figures.day_on
    where receipts.amount <= taken_back.amount
),

-- Posted again, or posted twice: the money belongs to the other receipt.
posted_again as (
    select misposted.receipt_id
    from misposted
    inner join receipts
        on
            misposted.reference = receipts.reference
            and misposted.bank_account = receipts.bank_account
            and misposted.amount = receipts.amount
    where
        receipts.receipt_id not in (select other.receipt_id from misposted as other)
        and abs({{ days_between('misposted.received_on', 'receipts.received_on') }})
        <= misposted.days_apart_exact
),

final as (
    select
        receipt_id,
        receipt_id in (select posted_again.receipt_id from posted_again) as is_posted_again
    from misposted
)

select * from final
