{{ config(materialized="view") }}

with

figures as (
    select * from {{ ref('int_bank_days') }}
),

bank_lines as (
    select * from {{ ref('int_bank_lines') }}
),

receipts as (
    select
        receipt_id,
        received_on,
        amount,
        method,
        bank_account,
        paying_in_batch_id
    from {{ ref('int_bank_receipts') }}
    where not is_misposted
),

met as (
    select * from {{ ref('int_bank_met') }}
),

decisions as (
    select * from {{ ref('stg_bank_match_decisions') }}
),

decided as (
    select decisions.receipt_id
    from decisions
    inner join bank_lines on decisions.bank_transaction_id = bank_lines.bank_transaction_id
    where bank_lines.amount > 0
),

receipts_settled as (
    select receipt_id from met
    union all
    select receipt_id from decided
),

statements as (
    select
        bank_account,
        min(first_booked_on) as first_booked_on,
        max(booked_on) as last_booked_on
    from bank_lines
    group by bank_account
),

receipts_left as (
    select * from receipts
    where
        bank_account is not null
        and receipt_id not in (select receipts_settled.receipt_id from receipts_settled)
),

-- A receipt waits as far as the statement reaches: what comes after it was not delivered yet.
waiting_receipts as (
    select
        receipts_left.receipt_id,
        receipts_left.received_on,
        receipts_left.amount,
        receipts_left.bank_account,
        receipts_left.paying_in_batch_id,
        greatest(
            {{ days_between('receipts_left.received_on', 'statements.last_booked_on') }}, 0
        ) as days_waiting,
        figures.timing_days,
        figures.timing_days_row
    from receipts_left
    inner join statements on receipts_left.bank_account = statements.bank_account
    inner join figures on receipts_left.received_on = figures.day_on
    where
        receipts_left.received_on >= statements.first_booked_on
        and not {{ is_listed(
            "coalesce(figures.methods_outside_bank, '')", 'receipts_left.method'
        ) }}
)

select * from waiting_receipts
