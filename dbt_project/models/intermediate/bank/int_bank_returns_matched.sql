{{ config(materialized="view") }}

with

bank_lines as (
    select * from {{ ref('int_bank_lines') }}
),

receipts as (
    select
        receipt_id,
        received_on,
        amount,
        bank_account,
        reference,
        paying_in_batch_id
    from {{ ref('int_bank_receipts') }}
),

reversals as (
    select
        reversal_id,
        receipt_id,
        amount,
        reversed_on
    from {{ ref('stg_receipt_reversals') }}
    where reason_code != 'misposting'
),

-- Outgoing payments: an unpaid, returned or charged back item that names what was reversed.
returns_named as (
    select
        receipt_id,
        amount,
        reversed_on,
        lower(receipt_id) as name_borne
    from reversals
    union
    select
        receipt_id,
        amount,
        reversed_on,
        lower(reversal_id) as name_borne
    from reversals
    union
    select
        reversals.receipt_id,
        reversals.amount,
        reversals.reversed_on,
        lower(trim(receipts.reference)) as name_borne
    from reversals
    inner join receipts on reversals.receipt_id = receipts.receipt_id
    where receipts.reference is not null
),

returns_met as (
    select
        bank_lines.bank_transaction_id,
        returns_named.receipt_id,
        count(*) over (partition by bank_lines.bank_transaction_id) as receipts_of_line
    from bank_lines
    inner join returns_named
        on
            bank_lines.quoted = returns_named.name_borne
            and -bank_lines.amount = returns_named.amount
    where
        bank_lines.amount < 0
        and not bank_lines.is_decided
        and abs({{ days_between('returns_named.reversed_on', 'bank_lines.booked_on') }})
        <= bank_lines.days_apart_scored
),

returned as (
    select
        bank_transaction_id,
        receipt_id
    from returns_met
    where receipts_of_line = 1
)

select * from returned
