with

receipts as (
    select
        receipt_id,
        received_on,
        amount,
        debtor_id,
        invoice_id,
        reference,
        bank_account,
        paying_in_batch_id
    from {{ ref('int_bank_receipts') }}
),

reversals as (
    select
        receipt_id,
        amount
    from {{ ref('stg_receipt_reversals') }}
    where reason_code != 'misposting'
),

decisions as (
    select * from {{ ref('stg_bank_match_decisions') }}
),

bank_lines as (
    select bank_transaction_id
    from {{ ref('stg_bank_transactions') }}
    where amount > 0
),

-- A receipt that an officer matched to an incoming line is not available to other lines.
decided as (
    select decisions.receipt_id
    from decisions
    inner join bank_lines on decisions.bank_transaction_id = bank_lines.bank_transaction_id
),

free as (
    select * from receipts
    where
        receipt_id not in (select decided.receipt_id from decided)
        and exists (select 1 from bank_lines)
),

taken_back as (
    select
        receipt_id,
        sum(amount) as amount
    from reversals
    group by receipt_id
),

batches as (
    select
        free.bank_account,
        free.paying_in_batch_id,
        max(free.received_on) as last_received_on,
        count(*) as receipt_count,
        sum(free.amount) as amount,
        sum(coalesce(taken_back.amount, 0)) as reversed_amount
    from free
    left join taken_back on free.receipt_id = taken_back.receipt_id
    where free.paying_in_batch_id is not null
    group by
        free.bank_account,
        free.paying_in_batch_id
),

every_unit as (
    select
        'single' as unit_kind,
        receipt_id as unit_id,
        bank_account,
        received_on as last_received_on,
        1 as receipt_count,
        amount,
        0 as reversed_amount,
        debtor_id,
        invoice_id,
        reference,
        paying_in_batch_id
    from free
    union all
    select
        'batch' as unit_kind,
        paying_in_batch_id as unit_id,
        bank_account,
        last_received_on,
        receipt_count,
        amount,
        reversed_amount,
        cast(null as string) as debtor_id,
        cast(null as string) as invoice_id,
        cast(null as string) as reference,
        paying_in_batch_id
    from batches
),

final as (
    select
        {{ surrogate_number() }} as unit_no,
        unit_kind,
        unit_id,
        bank_account,
        last_received_on,
        cast(receipt_count as bigint) as receipt_count,
        cast(amount as decimal(18, 2)) as amount,
        cast(reversed_amount as decimal(18, 2)) as reversed_amount,
        lower(debtor_id) as debtor_id,
        lower(invoice_id) as invoice_id,
        nullif(lower(trim(reference)), '') as reference,
        paying_in_batch_id
    from every_unit
)

select * from final
