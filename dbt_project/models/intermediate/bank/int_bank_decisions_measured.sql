{{ config(materialized="view") }}

with

bank_lines as (
    select * from {{ ref('int_bank_lines') }}
),

decisions as (
    select * from {{ ref('stg_bank_match_decisions') }}
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

-- What people decided. A line or a receipt may be in several decisions: each side counts once.
decided as (
    select
        decisions.bank_transaction_id,
        decisions.receipt_id,
        decisions.decided_by,
        decisions.decided_on,
        bank_lines.amount as bank_amount,
        receipts.amount as receipt_amount,
        count(*) over (partition by decisions.bank_transaction_id) as receipt_count,
        count(*) over (partition by decisions.receipt_id) as line_count,
        min(decisions.bank_transaction_id) over (partition by decisions.receipt_id) as first_line,
        row_number() over (
            partition by decisions.bank_transaction_id order by decisions.receipt_id nulls last
        ) as place_in_line,
        row_number() over (
            partition by decisions.receipt_id order by decisions.bank_transaction_id nulls last
        ) as place_in_receipt
    from decisions
    inner join bank_lines on decisions.bank_transaction_id = bank_lines.bank_transaction_id
    inner join receipts on decisions.receipt_id = receipts.receipt_id
),

decided_together as (
    select
        decided.*,
        min(first_line) over (partition by bank_transaction_id) as together_no
    from decided
),

decided_measured as (
    select
        decided_together.*,
        sum(
            case when place_in_line = 1 then bank_amount else 0 end
            - case when place_in_receipt = 1 then receipt_amount else 0 end
        ) over (partition by together_no) as together_amount,
        row_number() over (
            partition by together_no
            order by bank_transaction_id nulls last, receipt_id nulls last
        ) as place
    from decided_together
)

select * from decided_measured
