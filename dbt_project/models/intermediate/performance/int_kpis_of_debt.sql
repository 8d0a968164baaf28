{{ config(materialized="view") }}

with

ledger_days as (
    select
        figure,
        is_of_invoice,
        document_date,
        due_date,
        happened_on,
        {{ add_months('due_date', 12) }} as anniversary_on,
        cast(date_trunc('month', document_date) as date) as invoice_month,
        case when figure = 'debited' then amount else -amount end as amount
    from {{ ref('int_kpi_ledger_days') }}
),

periods as (
    select * from {{ ref('int_kpi_periods') }}
    where period_kind in ('as_of', 'month', 'trailing_12_months')
),

-- The debt at the end of a period: everything debited by then less everything that had settled it.
closed as (
    select
        periods.period_kind,
        periods.period_no,
        periods.is_previous,
        periods.period_start,
        periods.period_end,
        sum(ledger_days.amount) as debt_amount,
        sum(case
            when {{ days_between('ledger_days.due_date', 'periods.period_end') }} > 90
                then ledger_days.amount
            else 0
        end) as over_90_days_amount,
        sum(case
            when ledger_days.anniversary_on < periods.period_end then ledger_days.amount
            else 0
        end) as over_one_year_amount,
        sum(case when ledger_days.is_of_invoice then ledger_days.amount else 0 end)
            as invoice_debt_amount,
        sum(case
            when
                ledger_days.is_of_invoice
                and ledger_days.document_date >= periods.period_start
                and ledger_days.figure = 'debited'
                then ledger_days.amount
            else 0
        end) as raised_amount
    from periods
    inner join ledger_days on periods.counted_to >= ledger_days.happened_on
    group by
        periods.period_kind,
        periods.period_no,
        periods.is_previous,
        periods.period_start,
        periods.period_end
),

-- Counting back: the amount raised in each month, less its corrections by the end of the period.
raised_by_month as (
    select
        periods.period_kind,
        periods.period_no,
        periods.is_previous,
        periods.period_end,
        ledger_days.invoice_month,
        sum(ledger_days.amount) as raised_amount
    from periods
    inner join ledger_days
        on
            periods.counted_to >= ledger_days.happened_on
            and ledger_days.is_of_invoice
            and ledger_days.figure in ('debited', 'credited', 'corrected')
    group by
        periods.period_kind,
        periods.period_no,
        periods.is_previous,
        periods.period_end,
        ledger_days.invoice_month
    having sum(ledger_days.amount) > 0
),

months_counted as (
    select
        raised_by_month.*,
        least(last_day(invoice_month), period_end) as month_end,
        sum(raised_amount) over (
            partition by period_kind, period_no, is_previous
            order by invoice_month desc nulls last
            rows between unbounded preceding and current row
        ) as counted_amount
    from raised_by_month
),

months_reached as (
    select
        closed.period_kind,
        closed.period_no,
        closed.is_previous,
        closed.invoice_debt_amount,
        closed.period_end,
        months_counted.invoice_month,
        months_counted.month_end,
        months_counted.raised_amount,
        closed.invoice_debt_amount - (months_counted.counted_amount - months_counted.raised_amount)
            as rest_amount,
        row_number() over (
            partition by closed.period_kind, closed.period_no, closed.is_previous
            order by months_counted.invoice_month desc nulls last
        ) as sequence_no
    from closed
    inner join months_counted
        on
            closed.period_kind = months_counted.period_kind
            and closed.period_no = months_counted.period_no
            and closed.is_previous = months_counted.is_previous
            and closed.invoice_debt_amount <= months_counted.counted_amount
),

-- The days after the month in which the debt is used up, plus that month's days in proportion.
counted_back as (
    select
        period_kind,
        period_no,
        is_previous,
        raised_amount,
        case
            when invoice_debt_amount = 0 then 0
            else
                raised_amount * {{ days_between('month_end', 'period_end') }}
                + rest_amount * ({{ days_between('invoice_month', 'month_end') }} + 1)
        end as pound_days
    from months_reached
    where sequence_no = 1
),

every_figure as (
    {%- set days_of_period = days_between('period_start', 'period_end') ~ ' + 1' %}
    {%- set pound_days = 'invoice_debt_amount * (' ~ days_of_period ~ ')' %}
    {{ kpi_figures([
        ('debt_over_90_days', 'over_90_days_amount', 'debt_amount', 'closed'),
        ('debt_over_one_year', 'over_one_year_amount', 'debt_amount', 'closed'),
        ('days_sales_outstanding', pound_days, 'raised_amount', 'closed'),
        ('days_sales_outstanding_count_back', 'pound_days', 'raised_amount', 'counted_back'),
    ]) }}
)

select * from every_figure
