with

bank as (
    select * from {{ ref('int_control_bank') }}
    where row_count > 0
),

matches as (
    select * from {{ ref('bank_matches') }}
    where match_kind in ('unexplained', 'returned')
),

accounted as (
    select * from {{ ref('int_receipts_accounted') }}
    where expected_amount != accounted_amount
),

reversals as (
    select
        reversal_id,
        receipt_id,
        reversed_on,
        posted_on,
        amount
    from {{ ref('stg_receipt_reversals') }}
    where reason_code = 'dd_unpaid'
),

bank_holidays as (
    select * from {{ ref('stg_policy__bank_holidays') }}
),

suspense as (
    select * from {{ ref('suspense') }}
),

suspense_notes as (
    select * from {{ ref('stg_suspense_notes') }}
),

rules as (
    select * from {{ ref('stg_policy__bank_matching_rules') }}
    where rule = 'suspense_note_days'
),

movements as (
    select * from {{ ref('ledger_movements') }}
),

invoices as (
    select
        invoice_id,
        invoice_date,
        supply_to,
        gross_amount
    from {{ ref('stg_invoices') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- R06: every line, receipt and account. A line or receipt without a counterpart blocks only if the
-- totals differ.
unexplained as (
    select coalesce(bank_amount, receipt_amount) as amount
    from matches
    where match_kind = 'unexplained'
    union all
    select abs(expected_amount - accounted_amount) as amount
    from accounted
),

looked_at as (
    select
        sum(row_count) + count(account_code) as row_count,
        bool_or(status = 'difference') as is_blocking
    from bank
),

of_bank as (
    select
        max(looked_at.row_count) as population,
        bool_or(looked_at.is_blocking) as is_blocking,
        count(unexplained.amount) as exceptions,
        sum(unexplained.amount) as exceptions_value
    from looked_at
    left join unexplained on looked_at.row_count is not null
),

-- R10: the bank line is the report. A reversal counts from its own day or its posting, whichever is
-- later.
reported as (
    select
        reversals.reversal_id,
        reversals.amount,
        min(matches.booked_on) as reported_on,
        max(greatest(reversals.reversed_on, coalesce(reversals.posted_on, reversals.reversed_on)))
            as reversed_on
    from reversals
    inner join matches
        on
            reversals.receipt_id = matches.receipt_id
            and matches.match_kind = 'returned'
            and reversals.amount = -matches.bank_amount
    group by
        reversals.reversal_id,
        reversals.amount
),

-- The days after a report, enough of them to include a working day.
day_numbers as (
    select {{ number_series('10') }} as day_no
),

days_after as (
    select
        reported.reversal_id,
        {{ add_days('reported.reported_on', 'day_numbers.day_no') }} as day_on
    from reported
    cross join day_numbers
),

next_working_days as (
    select
        days_after.reversal_id,
        min(days_after.day_on) as day_on
    from days_after
    left join bank_holidays
        on
            days_after.day_on = bank_holidays.holiday_on
            and {{ policy_in_force('bank_holidays', 'days_after.day_on') }}
    where
        bank_holidays.holiday_on is null
        and {{ days_between("date '1900-01-01'", 'days_after.day_on') }} % 7 < 5
    group by days_after.reversal_id
),

of_reversals as (
    select
        reported.amount,
        reported.reversed_on > next_working_days.day_on as is_at_fault
    from reported
    inner join next_working_days on reported.reversal_id = next_working_days.reversal_id
),

-- R11: every item in suspense has an owner and a note, unless it is too new to need one.
of_suspense as (
    select
        suspense.amount,
        suspense.days_in_suspense > cast(rules.value as bigint)
        and suspense_notes.receipt_id is null as is_at_fault
    from suspense
    cross join position
    inner join rules on {{ policy_in_force('rules', 'position.as_of_date') }}
    left join suspense_notes on suspense.receipt_id = suspense_notes.receipt_id
),

-- R14: the last year end. Something must have been known by then, or nothing can be judged as
-- later.
year_ends as (
    select
        {{ year_end_before(add_days('position.as_of_date', 1)) }} as year_end
    from position
),

first_known as (
    select min(known_on) as known_on
    from movements
),

of_cut_off as (
    select
        abs(movements.amount) as amount,
        movements.known_on > year_ends.year_end as is_at_fault
    from movements
    cross join year_ends
    cross join first_known
    where
        movements.effective_on <= year_ends.year_end
        and movements.effective_on > {{ add_months('year_ends.year_end', -12) }}
        and year_ends.year_end >= first_known.known_on
    union all
    select
        invoices.gross_amount as amount,
        true as is_at_fault
    from invoices
    cross join year_ends
    where
        invoices.supply_to <= year_ends.year_end
        and invoices.invoice_date > year_ends.year_end
),

judged as (
    select
        'R10' as check_code,
        amount,
        is_at_fault
    from of_reversals
    union all
    select
        'R11' as check_code,
        amount,
        is_at_fault
    from of_suspense
    union all
    select
        'R14' as check_code,
        amount,
        is_at_fault
    from of_cut_off
),

every_result as (
    select
        'R06' as check_code,
        coalesce(population, 0) as population,
        exceptions,
        coalesce(exceptions_value, 0) as exceptions_value,
        coalesce(is_blocking, false) as is_blocking
    from of_bank
    union all
    select
        check_code,
        count(*) as population,
        sum(case when is_at_fault then 1 else 0 end) as exceptions,
        sum(case when is_at_fault then amount else 0 end) as exceptions_value,
        true as is_blocking
    from judged
    group by check_code
)

select * from every_result
