-- KPIs use the figures of the ledger: the debt of the day as in open_items, amounts raised and
-- credited as in ledger_movements, and the cash of a month's invoices as in allocations.
with

kpis as (
    select
        kpi_code,
        period_kind,
        period_start,
        period_end,
        numerator,
        denominator
    from {{ ref('kpis') }}
),

open_debits as (
    select
        outstanding_amount,
        days_past_due
    from {{ ref('open_items') }}
    where due_date is not null
),

movements as (
    select
        movement_type,
        effective_on,
        amount
    from {{ ref('ledger_movements') }}
),

allocations as (
    select
        source_type,
        source_id,
        invoice_id,
        item_kind,
        allocated_amount
    from {{ ref('allocations') }}
),

invoices as (
    select
        invoice_id,
        invoice_date
    from {{ ref('invoices') }}
),

transfers as (
    select receipt_id from {{ ref('stg_receipts') }}
    where method = 'internal_transfer'
),

moved as (
    select
        kpis.kpi_code,
        kpis.period_kind,
        kpis.period_start,
        sum(case when movements.movement_type = 'invoice' then movements.amount else 0 end)
            as raised_amount,
        -sum(case when movements.movement_type = 'credit_note' then movements.amount else 0 end)
            as credit_note_amount
    from kpis
    inner join movements
        on
            kpis.period_start <= movements.effective_on
            and kpis.period_end >= movements.effective_on
    where
        kpis.kpi_code in (
            'credit_note_rate_by_value',
            'written_off_in_period',
            'write_off_rate',
            'days_sales_outstanding'
        )
    group by
        kpis.kpi_code,
        kpis.period_kind,
        kpis.period_start
),

cash as (
    select
        invoices.invoice_date,
        sum(allocations.allocated_amount) as amount
    from allocations
    inner join invoices on allocations.invoice_id = invoices.invoice_id
    where
        allocations.source_type = 'receipt'
        and allocations.item_kind != 'adjustment'
        and allocations.source_id not in (select transfers.receipt_id from transfers)
    group by invoices.invoice_date
),

cash_of_months as (
    select
        kpis.period_start,
        sum(cash.amount) as amount
    from kpis
    inner join cash
        on kpis.period_start <= cash.invoice_date and kpis.period_end >= cash.invoice_date
    where kpis.kpi_code = 'cohort_collection_rate'
    group by kpis.period_start
),

both_sides as (
    select
        kpi_code,
        period_start,
        numerator as told_amount,
        (
            select coalesce(sum(open_debits.outstanding_amount), 0) from open_debits
            where open_debits.days_past_due > 90
        ) as ledger_amount
    from kpis
    where kpi_code = 'debt_over_90_days' and period_kind = 'as_of'
    union all
    select
        kpi_code,
        period_start,
        denominator as told_amount,
        (select coalesce(sum(open_debits.outstanding_amount), 0) from open_debits)
            as ledger_amount
    from kpis
    where kpi_code = 'debt_over_90_days' and period_kind = 'as_of'
    union all
    select
        kpis.kpi_code,
        kpis.period_start,
        kpis.denominator as told_amount,
        coalesce(moved.raised_amount, 0) as ledger_amount
    from kpis
    left join moved
        on
            kpis.kpi_code = moved.kpi_code
            and kpis.period_kind = moved.period_kind
            and kpis.period_start = moved.period_start
    where
        kpis.kpi_code in (
            'credit_note_rate_by_value',
            'written_off_in_period',
            'write_off_rate',
            'days_sales_outstanding'
        )
    union all
    select
        kpis.kpi_code,
        kpis.period_start,
        kpis.numerator as told_amount,
        coalesce(moved.credit_note_amount, 0) as ledger_amount
    from kpis
    left join moved
        on
            kpis.kpi_code = moved.kpi_code
            and kpis.period_kind = moved.period_kind
            and kpis.period_start = moved.period_start
    where kpis.kpi_code = 'credit_note_rate_by_value'
    union all
    select
        kpis.kpi_code,
        kpis.period_start,
        kpis.numerator as told_amount,
        coalesce(cash_of_months.amount, 0) as ledger_amount
    from kpis
    left join cash_of_months on kpis.period_start = cash_of_months.period_start
    where kpis.kpi_code = 'cohort_collection_rate'
)

select * from both_sides
where told_amount != ledger_amount
