with

items as (
    select * from {{ ref('int_debit_items') }}
),

items_settled as (
    select
        item_no,
        outstanding_amount
    from {{ ref('int_items_settled') }}
    where outstanding_amount != 0
),

refunds as (
    select * from {{ ref('int_refunds') }}
),

refunds_from_open_credits as (
    select * from {{ ref('int_refunds_from_open_credits') }}
),

open_credits as (
    select * from {{ ref('int_open_credits') }}
),

refunds_covered as (
    select
        refund_no,
        sum(refunded_amount) as amount
    from refunds_from_open_credits
    group by refund_no
),

debits_open as (
    select
        items.item_id,
        items.item_kind,
        items.debtor_id,
        items.invoice_id,
        items.queue_invoice_id,
        items.instalment_no,
        items.debt_type,
        items.service_code,
        items.document_date,
        items.debt_date,
        items.due_date,
        items.amount as original_amount,
        items_settled.outstanding_amount,
        false as is_open_credit
    from items
    inner join items_settled on items.item_no = items_settled.item_no
),

refunds_open as (
    select
        refunds.refund_id as item_id,
        'refund' as item_kind,
        refunds.debtor_id,
        refunds.invoice_id,
        cast(null as string) as queue_invoice_id,
        cast(null as bigint) as instalment_no,
        cast(null as string) as debt_type,
        cast(null as string) as service_code,
        refunds.refunded_on as document_date,
        refunds.refunded_on as debt_date,
        refunds.refunded_on as due_date,
        refunds.amount as original_amount,
        refunds.amount - refunds.taken_amount - coalesce(refunds_covered.amount, 0)
            as outstanding_amount,
        false as is_open_credit
    from refunds
    left join refunds_covered on refunds.refund_no = refunds_covered.refund_no
),

credits_open as (
    select
        credit_id as item_id,
        case credit_type
            when 'receipt' then 'unallocated_receipt'
            when 'credit_note' then 'unallocated_credit_note'
            when 'write_off' then 'unallocated_write_off'
            else 'adjustment'
        end as item_kind,
        debtor_id,
        invoice_id,
        cast(null as string) as queue_invoice_id,
        cast(null as bigint) as instalment_no,
        cast(null as string) as debt_type,
        cast(null as string) as service_code,
        credited_on as document_date,
        credited_on as debt_date,
        cast(null as date) as due_date,
        -amount as original_amount,
        -open_amount as outstanding_amount,
        true as is_open_credit
    from open_credits
    where debtor_id is not null
),

every_item as (
    select * from debits_open
    union all
    select * from refunds_open
    union all
    select * from credits_open
),

typed as (
    select
        item_id,
        item_kind,
        debtor_id,
        invoice_id,
        queue_invoice_id,
        instalment_no,
        debt_type,
        service_code,
        document_date,
        debt_date,
        due_date,
        cast(original_amount as decimal(18, 2)) as original_amount,
        cast(outstanding_amount as decimal(18, 2)) as outstanding_amount,
        is_open_credit
    from every_item
    where outstanding_amount != 0
)

select * from typed
