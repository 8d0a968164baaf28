with

charged as (
    select * from {{ ref('int_remittances_charged') }}
),

credits as (
    select
        credit_no,
        credit_id as receipt_id,
        credited_on as received_on,
        debtor_id,
        movement_invoice_id,
        amount
    from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt'
),

receipts as (
    select
        receipt_id,
        method,
        reference
    from {{ ref('stg_receipts') }}
),

items as (
    select
        item_no,
        queue_invoice_id as invoice_id
    from {{ ref('int_debit_items') }}
    where queue_invoice_id is not null
),

int_allocations as (
    select
        credit_no,
        item_no
    from {{ ref('int_allocations') }}
),

-- Where the receipt names no invoice, it counts for the first that it settles.
settled_first as (
    select
        int_allocations.credit_no,
        min(items.invoice_id) as invoice_id
    from int_allocations
    inner join items on int_allocations.item_no = items.item_no
    group by int_allocations.credit_no
),

banked as (
    select
        credits.receipt_id,
        credits.received_on,
        credits.debtor_id,
        credits.amount,
        receipts.reference,
        coalesce(credits.movement_invoice_id, settled_first.invoice_id) as invoice_id
    from credits
    inner join receipts on credits.receipt_id = receipts.receipt_id
    left join settled_first on credits.credit_no = settled_first.credit_no
    where receipts.method = 'agency'
),

-- Lines meet receipts in four rounds, each with what the rounds before left over: the receipt
-- quotes the line; the same invoice, amount and day; the same invoice and amount; the same invoice.
-- Within a round the nth line meets the nth receipt.
quoting as (
    select
        charged.remittance_line_id,
        banked.receipt_id,
        row_number() over (
            partition by charged.remittance_line_id
            order by banked.received_on nulls last, banked.receipt_id nulls last
        ) as place
    from charged
    inner join banked on charged.remittance_line_id = banked.reference
    where banked.amount != 0
),

met_by_quote as (
    select
        remittance_line_id,
        receipt_id
    from quoting
    where place = 1
),

lines_to_meet as (
    select
        remittance_line_id,
        invoice_id,
        gross_amount as amount,
        remitted_on as day_on
    from charged
),

receipts_to_meet as (
    select
        receipt_id,
        invoice_id,
        amount,
        received_on as day_on
    from banked
    where amount != 0
),

met_by_day as (
    {{ met_in_order('met_by_quote', 'lines_to_meet', 'receipts_to_meet', ['amount', 'day_on']) }}
),

met_by_amount as (
    {{ met_in_order('met_by_day', 'lines_to_meet', 'receipts_to_meet', ['amount']) }}
),

met as (
    {{ met_in_order('met_by_amount', 'lines_to_meet', 'receipts_to_meet', []) }}
),

matched as (
    select
        banked.*,
        met.remittance_line_id
    from banked
    left join met on banked.receipt_id = met.receipt_id
)

select * from matched
