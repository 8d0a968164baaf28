with

open_items as (
    select * from {{ ref('int_open_items') }}
    where not is_open_credit and queue_invoice_id is not null
),

invoices as (
    select * from {{ ref('int_invoices') }}
),

supplies as (
    select
        invoice_id,
        coalesce(supply_to, supply_from) as supplied_on
    from {{ ref('stg_invoices') }}
),

invoices_replaced as (
    select * from {{ ref('int_invoices_replaced') }}
),

requested as (
    select distinct invoice_id from {{ ref('stg_write_off_requests') }}
),

limitation_periods as (
    select * from {{ ref('stg_policy__limitation_periods') }}
),

-- Adjustments follow their invoice: they do not change its limitation period.
open_debts as (
    select
        queue_invoice_id as invoice_id,
        sum(outstanding_amount) as outstanding_amount,
        min(case when item_kind != 'adjustment' then due_date end) as first_due_on,
        max(case when item_kind != 'adjustment' then due_date end) as last_due_on
    from open_items
    group by queue_invoice_id
),

-- A debt with a request to write off is judged even when it is settled.
debts as (
    select
        open_debts.*,
        true as is_open
    from open_debts
    union all
    select
        requested.invoice_id,
        cast(0 as decimal(18, 2)) as outstanding_amount,
        cast(null as date) as first_due_on,
        cast(null as date) as last_due_on,
        false as is_open
    from requested
    where requested.invoice_id not in (select open_debts.invoice_id from open_debts)
),

dated as (
    select
        debts.invoice_id,
        invoices.debtor_id,
        invoices.debt_type,
        coalesce(invoices.debt_type, '') as period_debt_type,
        debts.outstanding_amount,
        debts.is_open,
        coalesce(debts.first_due_on, invoices.due_date) as first_due_on,
        coalesce(debts.last_due_on, invoices.due_date) as last_due_on,
        least(
            invoices.invoice_date, coalesce(invoices_replaced.invoice_date, invoices.invoice_date)
        ) as invoiced_on,
        least(
            coalesce(supplies.supplied_on, invoices_replaced.supplied_on),
            coalesce(invoices_replaced.supplied_on, supplies.supplied_on)
        ) as supplied_on
    from debts
    inner join invoices on debts.invoice_id = invoices.invoice_id
    left join supplies on debts.invoice_id = supplies.invoice_id
    left join invoices_replaced on debts.invoice_id = invoices_replaced.invoice_id
),

accrued as (
    select
        dated.*,
        least(first_due_on, invoiced_on, coalesce(supplied_on, first_due_on)) as claim_accrued_on
    from dated
),

due_days as (
    select
        period_debt_type,
        first_due_on as due_on
    from dated
    union
    select
        period_debt_type,
        last_due_on as due_on
    from dated
),

-- The day on which a debt fell due decides its period; a row for its own debt type takes
-- precedence.
periods_ranked as (
    select
        due_days.period_debt_type,
        due_days.due_on,
        years.policy_row,
        cast(years.value as bigint) as years,
        row_number() over (
            partition by due_days.period_debt_type, due_days.due_on
            order by
                periods.debt_type asc nulls last, years.debt_type asc nulls last,
                years.policy_row asc nulls last
        ) as place
    from due_days
    inner join limitation_periods as periods
        on
            periods.rule = 'period'
            and coalesce(periods.debt_type, due_days.period_debt_type) = due_days.period_debt_type
            and {{ policy_in_force('periods', 'due_days.due_on') }}
    inner join limitation_periods as years
        on
            periods.value = years.rule
            and coalesce(years.debt_type, due_days.period_debt_type) = due_days.period_debt_type
            and {{ policy_in_force('years', 'due_days.due_on') }}
),

periods as (
    select * from periods_ranked
    where place = 1
),

-- The accrual day itself does not count, so the same day in the last year is the last day.
limited as (
    select
        accrued.invoice_id,
        accrued.debtor_id,
        accrued.debt_type,
        accrued.outstanding_amount,
        accrued.is_open,
        accrued.claim_accrued_on,
        case
            when accrued.claim_accrued_on = accrued.first_due_on then 'due_date'
            when accrued.claim_accrued_on = accrued.invoiced_on then 'invoice_date'
            else 'supply'
        end as claim_accrual_basis,
        {{ add_months('accrued.claim_accrued_on', '12 * claim_periods.years') }}
            as claim_ends_on,
        claim_periods.policy_row as claim_policy_row,
        accrued.last_due_on as write_off_accrued_on,
        {{ add_months('accrued.last_due_on', '12 * write_off_periods.years') }}
            as write_off_ends_on,
        write_off_periods.policy_row as write_off_policy_row
    from accrued
    left join periods as claim_periods
        on
            accrued.period_debt_type = claim_periods.period_debt_type
            and accrued.first_due_on = claim_periods.due_on
    left join periods as write_off_periods
        on
            accrued.period_debt_type = write_off_periods.period_debt_type
            and accrued.last_due_on = write_off_periods.due_on
)

select * from limited
