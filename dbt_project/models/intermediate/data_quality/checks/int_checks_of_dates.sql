with

movements as (
    select
        effective_on,
        amount
    from {{ ref('int_movements') }}
    where movement_type != 'invoice'
),

invoices as (
    select
        invoice_date,
        due_date,
        gross_amount
    from {{ ref('stg_invoices') }}
),

instalments as (
    select
        due_date,
        amount
    from {{ ref('stg_invoice_instalments') }}
),

thresholds as (
    select * from {{ ref('stg_policy__check_thresholds') }}
    where check_code = 'I10'
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

bounds as (
    select
        position.as_of_date,
        max(
            case when thresholds.threshold = 'earliest_date' then cast(thresholds.value as date) end
        )
            as earliest_date,
        max(
            case when thresholds.threshold = 'years_ahead' then cast(thresholds.value as bigint) end
        )
            as years_ahead
    from position
    inner join thresholds on {{ policy_in_force('thresholds', 'position.as_of_date') }}
    group by position.as_of_date
),

every_date as (
    select
        effective_on as early_date,
        effective_on as late_date,
        abs(amount) as amount
    from movements
    union all
    select
        invoice_date as early_date,
        due_date as late_date,
        gross_amount as amount
    from invoices
    union all
    select
        due_date as early_date,
        due_date as late_date,
        amount
    from instalments
),

-- Plausible dates are in order, not before the earliest day, and not further ahead than policy
-- allows.
judged as (
    select
        every_date.amount,
        every_date.late_date < every_date.early_date
        or every_date.early_date < bounds.earliest_date
        or every_date.late_date > {{ add_months('bounds.as_of_date', '12 * bounds.years_ahead') }}
            as is_implausible
    from every_date
    cross join bounds
),

counted as (
    select
        'I10' as check_code,
        count(*) as population,
        sum(case when is_implausible then 1 else 0 end) as exceptions,
        sum(case when is_implausible then amount else 0 end) as exceptions_value
    from judged
)

select * from counted
