{{ config(materialized="view") }}

with

ledger_days as (
    select * from {{ ref('int_kpi_ledger_days') }}
    where is_of_invoice
),

periods as (
    select * from {{ ref('int_kpi_periods') }}
),

-- The invoices dated in a period and what happened to them until the last day that counts.
cohorts as (
    select
        periods.period_kind,
        periods.period_no,
        periods.is_previous,
        sum(case when ledger_days.figure = 'debited' then ledger_days.amount else 0 end)
            as raised_amount,
        sum(case ledger_days.figure
            when 'debited' then ledger_days.amount
            when 'credited' then -ledger_days.amount
            else 0
        end) as collectable_amount,
        sum(case when ledger_days.figure = 'cash' then ledger_days.amount else 0 end)
            as cash_amount,
        sum(case when ledger_days.figure = 'written_off' then ledger_days.amount else 0 end)
            as written_off_amount,
        sum(case
            when not ledger_days.is_sundry then 0
            when ledger_days.figure = 'debited' then ledger_days.amount
            when ledger_days.figure = 'credited' then -ledger_days.amount
            else 0
        end) as sundry_collectable_amount,
        sum(case
            when ledger_days.is_sundry and ledger_days.figure = 'cash' then ledger_days.amount
            else 0
        end) as sundry_cash_amount
    from periods
    inner join ledger_days
        on
            periods.period_start <= ledger_days.document_date
            and periods.period_end >= ledger_days.document_date
            and periods.counted_to >= ledger_days.happened_on
    where periods.period_kind in ('trailing_12_months', 'financial_year_to_date', 'invoice_month')
    group by
        periods.period_kind,
        periods.period_no,
        periods.is_previous
),

happened_by_day as (
    select
        happened_on,
        sum(case when figure = 'cash' then amount else 0 end) as cash_amount,
        sum(case
            when figure = 'cash'
                then amount * {{ days_between('document_date', 'happened_on') }}
            else 0
        end) as cash_pound_days,
        sum(case when figure = 'debited' then amount else 0 end) as raised_amount,
        sum(case when figure = 'written_off' then amount else 0 end) as written_off_amount
    from ledger_days
    group by happened_on
),

-- What happened in a period, whatever the date of the invoice.
happened as (
    select
        periods.period_kind,
        periods.period_no,
        periods.is_previous,
        sum(happened_by_day.cash_amount) as cash_amount,
        sum(happened_by_day.cash_pound_days) as cash_pound_days,
        sum(happened_by_day.raised_amount) as raised_amount,
        sum(happened_by_day.written_off_amount) as written_off_amount
    from periods
    inner join happened_by_day
        on
            periods.period_start <= happened_by_day.happened_on
            and periods.period_end >= happened_by_day.happened_on
    where periods.period_kind in ('trailing_12_months', 'financial_year_to_date', 'month')
    group by
        periods.period_kind,
        periods.period_no,
        periods.is_previous
),

every_figure as (
    {{ kpi_figures([
        ('sundry_collection_rate', 'sundry_cash_amount', 'sundry_collectable_amount', 'cohorts'),
        ('in_year_collection_rate', 'cash_amount', 'collectable_amount', 'cohorts'),
        ('cohort_collection_rate', 'cash_amount', 'collectable_amount', 'cohorts'),
        ('write_off_rate', 'written_off_amount', 'raised_amount', 'cohorts'),
        ('average_days_to_collect', 'cash_pound_days', 'cash_amount', 'happened'),
        ('written_off_in_period', 'written_off_amount', 'raised_amount', 'happened'),
    ]) }}
)

select * from every_figure
