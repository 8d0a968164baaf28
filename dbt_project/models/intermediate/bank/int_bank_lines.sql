with

bank_lines as (
    select * from {{ ref('stg_bank_transactions') }}
),

decisions as (
    select * from {{ ref('stg_bank_match_decisions') }}
),

receipts as (
    select receipt_id from {{ ref('int_bank_receipts') }}
),

figures as (
    select * from {{ ref('int_bank_days') }}
),

-- A decision applies once both its sides are known.
decided as (
    select distinct decisions.bank_transaction_id
    from decisions
    inner join receipts on decisions.receipt_id = receipts.receipt_id
),

-- Read by itself: an aggregate of a CTE that is read twice keeps DuckDB to one thread.
statements as (
    select
        bank_account,
        min(booked_on) as first_booked_on
    from {{ ref('stg_bank_transactions') }}
    group by bank_account
),

final as (
    select
        bank_lines.bank_transaction_id,
        bank_lines.bank_account,
        bank_lines.booked_on,
        bank_lines.amount,
        nullif(lower(trim(bank_lines.reference)), '') as quoted,
        statements.first_booked_on,
        decided.bank_transaction_id is not null as is_decided,
        figures.days_apart_exact,
        figures.days_apart_batch,
        figures.days_apart_scored,
        figures.days_apart_exact_row,
        figures.days_apart_batch_row,
        figures.timing_days,
        figures.timing_days_row
    from bank_lines
    inner join statements on bank_lines.bank_account = statements.bank_account
    inner join figures on bank_lines.booked_on = figures.day_on
    left join decided on bank_lines.bank_transaction_id = decided.bank_transaction_id
)

select * from final
