with

invoices as (
    select * from {{ ref('stg_invoices') }}
),

debtors as (
    select debtor_id from {{ ref('stg_debtors') }}
),

services as (
    select service_code from {{ ref('stg_services') }}
),

officers as (
    select officer_id from {{ ref('stg_officers') }}
),

thresholds as (
    select * from {{ ref('stg_policy__check_thresholds') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

windows as (
    select max(cast(thresholds.value as bigint)) as duplicate_days
    from position
    inner join thresholds
        on
            thresholds.threshold = 'duplicate_invoice_days'
            and {{ policy_in_force('thresholds', 'position.as_of_date') }}
),

officers_known as (
    select count(*) > 0 as is_known
    from officers
),

-- A probable duplicate has the same debtor, amount and supply period. An invoice that names the
-- invoice it replaces is not one.
beside_twins as (
    select
        invoices.*,
        lag(invoice_date) over (
            partition by debtor_id, gross_amount, supply_from, supply_to
            order by invoice_date nulls last, invoice_id nulls last
        ) as twin_date
    from invoices
),

judged as (
    select
        beside_twins.invoice_id,
        beside_twins.gross_amount as amount,
        debtors.debtor_id is null
        or services.service_code is null
        or (
            officers_known.is_known
            and beside_twins.raised_by is not null
            and officers.officer_id is null
        ) as is_of_unknown,
        beside_twins.replaces_invoice_id is null
        and coalesce(
            {{ days_between('beside_twins.twin_date', 'beside_twins.invoice_date') }}
            <= windows.duplicate_days,
            false
        ) as is_probable_duplicate
    from beside_twins
    cross join windows
    cross join officers_known
    left join debtors on beside_twins.debtor_id = debtors.debtor_id
    left join services on beside_twins.service_code = services.service_code
    left join officers on beside_twins.raised_by = officers.officer_id
),

counted as (
    select
        'I12' as check_code,
        count(*) as population,
        sum(case when is_of_unknown then 1 else 0 end) as exceptions,
        sum(case when is_of_unknown then amount else 0 end) as exceptions_value
    from judged
    union all
    select
        'I14' as check_code,
        count(*) as population,
        sum(case when is_probable_duplicate then 1 else 0 end) as exceptions,
        sum(case when is_probable_duplicate then amount else 0 end) as exceptions_value
    from judged
)

select * from counted
