{{ config(materialized="view") }}

with

ledger_days as (
    select happened_on from {{ ref('int_kpi_ledger_days') }}
    where figure = 'cash'
),

periods as (
    select * from {{ ref('int_kpi_periods') }}
),

-- The unit of each key figure and the kinds of period that it is reported for.
reported as (
    select
        listed.kpi_code,
        listed.unit,
        {{ each_listed('listed.period_kinds') }} as period_kind
    from (
        values
        ('sundry_collection_rate', '%', 'trailing_12_months,invoice_month'),
        ('in_year_collection_rate', '%', 'financial_year_to_date'),
        ('cohort_collection_rate', '%', 'invoice_month'),
        ('debt_over_90_days', '%', 'as_of,month'),
        ('debt_over_one_year', '%', 'as_of,month'),
        ('days_sales_outstanding', 'days', 'trailing_12_months'),
        ('days_sales_outstanding_count_back', 'days', 'as_of,month'),
        (
            'average_days_to_collect', 'days', 'trailing_12_months,financial_year_to_date,month'
        ),
        ('arrangements_kept', '%', 'month'),
        ('debt_in_arrangements', '%', 'as_of'),
        ('write_off_rate', '%', 'trailing_12_months,financial_year_to_date,invoice_month'),
        ('written_off_in_period', '%', 'trailing_12_months,financial_year_to_date'),
        ('suspense_age', 'days', 'as_of'),
        ('suspense_over_30_days', 'pounds', 'as_of'),
        ('holds_age', 'days', 'as_of'),
        ('holds_over_30_days', 'pounds', 'as_of'),
        ('dispute_rate', '%', 'trailing_12_months,financial_year_to_date,month'),
        ('dispute_rate_by_value', '%', 'trailing_12_months,financial_year_to_date,month'),
        ('credit_note_rate', '%', 'trailing_12_months,financial_year_to_date,month'),
        ('credit_note_rate_by_value', '%', 'trailing_12_months,financial_year_to_date,month'),
        ('promises_kept', '%', 'trailing_12_months,financial_year_to_date,month'),
        ('contact_rate', '%', 'trailing_12_months,financial_year_to_date,month'),
        ('contact_to_cash', '%', 'trailing_12_months,financial_year_to_date,month'),
        ('agency_recovery', '%', 'trailing_12_months,financial_year_to_date')
    ) as listed (kpi_code, unit, period_kinds)
),

every_figure as (
    {%- for figures in [
        'int_kpis_of_collection',
        'int_kpis_of_debt',
        'int_kpis_of_casework',
        'int_kpis_of_recovery',
        'int_kpis_of_positions',
    ] %}
        select * from {{ ref(figures) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

figures_reported as (
    select
        every_figure.kpi_code,
        every_figure.period_kind,
        every_figure.period_no,
        every_figure.is_previous,
        reported.unit,
        cast(every_figure.numerator as decimal(38, 2)) as numerator,
        cast(every_figure.denominator as decimal(38, 2)) as denominator
    from every_figure
    inner join reported
        on
            every_figure.kpi_code = reported.kpi_code
            and every_figure.period_kind = reported.period_kind
),

-- Per cent with two decimals, days with one, pounds unchanged. A typing error can give a ratio that
-- is too large for its column: it is left blank.
valued as (
    select
        figures_reported.*,
        try_cast(case unit
            when '%' then {{ ratio_half_up('numerator', 'denominator', '10000') }} * 0.01
            when 'days' then {{ ratio_half_up('numerator', 'denominator', '10') }} * 0.1
            else numerator
        end as decimal(18, 2)) as kpi_value
    from figures_reported
),

ledger_begun as (
    select min(happened_on) as begun_on
    from ledger_days
),

-- Before the first receipt there are only unpaid invoices brought forward: nothing to compare with.
previous as (
    select
        valued.kpi_code,
        valued.period_kind,
        valued.period_no,
        valued.kpi_value
    from valued
    inner join periods
        on
            valued.period_kind = periods.period_kind
            and valued.period_no = periods.period_no
            and valued.is_previous = periods.is_previous
    inner join ledger_begun on periods.period_start >= ledger_begun.begun_on
    where valued.is_previous
),

shown as (
    select
        reported.kpi_code,
        reported.unit,
        periods.period_kind,
        periods.period_no,
        periods.period_start,
        periods.period_end,
        periods.counted_to,
        case
            when reported.unit = 'pounds' then coalesce(valued.kpi_value, 0)
            else valued.kpi_value
        end as kpi_value,
        coalesce(valued.numerator, 0) as numerator,
        case when reported.unit != 'pounds' then coalesce(valued.denominator, 0) end as denominator,
        previous.kpi_value as previous_value
    from reported
    inner join periods on reported.period_kind = periods.period_kind
    left join valued
        on
            reported.kpi_code = valued.kpi_code
            and periods.period_kind = valued.period_kind
            and periods.period_no = valued.period_no
            and periods.is_previous = valued.is_previous
    left join previous
        on
            reported.kpi_code = previous.kpi_code
            and periods.period_kind = previous.period_kind
            and periods.period_no = previous.period_no
    where not periods.is_previous
)

select * from shown
