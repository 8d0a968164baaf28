with

dates as (
    select * from {{ ref('int_checks_of_dates') }}
),

invoices as (
    select * from {{ ref('int_checks_of_invoices') }}
),

receipts as (
    select * from {{ ref('int_checks_of_receipts') }}
),

credit_notes as (
    select * from {{ ref('int_checks_of_credit_notes') }}
),

undoings as (
    select * from {{ ref('int_checks_of_undoings') }}
),

schedules as (
    select * from {{ ref('int_checks_of_schedules') }}
),

large_credits as (
    select * from {{ ref('int_checks_of_large_credits') }}
),

intake as (
    select * from {{ ref('int_checks_of_intake') }}
),

controls as (
    select * from {{ ref('int_checks_of_controls') }}
),

bank as (
    select * from {{ ref('int_checks_of_bank') }}
),

contact as (
    select * from {{ ref('int_checks_of_contact') }}
),

actions as (
    select * from {{ ref('int_checks_of_actions') }}
),

findings_of_files as (
    select * from {{ ref('int_findings_of_files') }}
),

findings_of_rows as (
    select * from {{ ref('int_findings_of_rows') }}
),

findings_of_ledger as (
    select * from {{ ref('int_findings_of_ledger') }}
),

findings_of_officers as (
    select * from {{ ref('int_findings_of_officers') }}
),

-- Findings of these checks are listed item by item; they withhold no output.
found_as_items as (
    select * from findings_of_files
    union all
    select * from findings_of_rows
    union all
    select * from findings_of_ledger
    union all
    select * from findings_of_officers
),

found_in_rows as (
    select * from dates
    union all
    select * from invoices
    union all
    select * from receipts
    union all
    select * from credit_notes
    union all
    select * from undoings
    union all
    select * from schedules
    union all
    select * from large_credits
),

every_result as (
    select
        check_code,
        population,
        exceptions,
        exceptions_value,
        true as is_blocking
    from found_in_rows
    union all
    select
        check_code,
        population,
        exceptions,
        amount as exceptions_value,
        false as is_blocking
    from found_as_items
    union all
    select * from intake
    union all
    select * from controls
    union all
    select * from bank
    union all
    select * from contact
    union all
    select * from actions
),

summed as (
    select
        check_code,
        sum(population) as population,
        sum(exceptions) as exceptions,
        sum(exceptions_value) as exceptions_value,
        bool_or(is_blocking and exceptions > 0) as is_blocking
    from every_result
    group by check_code
)

select * from summed
