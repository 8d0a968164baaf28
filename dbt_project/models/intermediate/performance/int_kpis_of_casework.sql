{{ config(materialized="view") }}

with

invoices as (
    select
        invoice_date,
        gross_amount
    from {{ ref('int_invoices') }}
),

credit_notes as (
    select
        credit_date,
        gross_amount
    from {{ ref('stg_credit_notes') }}
),

disputes as (
    select
        raised_on,
        disputed_amount
    from {{ ref('int_disputes') }}
    where kind = 'dispute'
),

promises as (
    select
        last_day,
        status
    from {{ ref('promises') }}
    where status in ('kept', 'partly_kept', 'broken')
),

actions as (
    select
        debtor_id,
        acted_on,
        outcome_code
    from {{ ref('stg_case_actions') }}
    where action_code in ('phone_call', 'visit', 'contact_attempt')
),

credits as (
    select
        credit_id,
        debtor_id,
        credited_on
    from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt' and amount > 0
),

transfers as (
    select receipt_id
    from {{ ref('stg_receipts') }}
    where method = 'internal_transfer'
),

casework_rules as (
    select * from {{ ref('stg_policy__casework_rules') }}
    where rule = 'contact_to_cash_days'
),

periods as (
    select * from {{ ref('int_kpi_periods') }}
    where period_kind in ('trailing_12_months', 'financial_year_to_date', 'month')
),

attempts as (
    select
        debtor_id,
        acted_on,
        outcome_code not in ('not_reached', 'failed') as is_reached
    from actions
    where
        outcome_code in (
            'reached', 'promised', 'refused', 'paid', 'disputed', 'not_reached', 'failed'
        )
),

contacts as (
    select
        attempts.debtor_id,
        attempts.acted_on,
        {{ add_days('attempts.acted_on', 'cast(max(casework_rules.value) as bigint)') }}
            as last_day
    from attempts
    inner join casework_rules on {{ policy_in_force('casework_rules', 'attempts.acted_on') }}
    where attempts.is_reached
    group by
        attempts.debtor_id,
        attempts.acted_on
),

receipts as (
    select
        debtor_id,
        credited_on
    from credits
    where credit_id not in (select transfers.receipt_id from transfers)
),

contacts_paid as (
    select distinct
        contacts.debtor_id,
        contacts.acted_on
    from contacts
    inner join receipts
        on
            contacts.debtor_id = receipts.debtor_id
            and contacts.acted_on <= receipts.credited_on
            and contacts.last_day >= receipts.credited_on
),

invoices_by_day as (
    select
        invoice_date,
        count(*) as invoice_count,
        sum(gross_amount) as gross_amount
    from invoices
    group by invoice_date
),

-- What happened on each day, as a part of a numerator or of a denominator.
every_day as (
    select
        'dispute_rate' as kpi_code,
        invoice_date as happened_on,
        0 as numerator,
        invoice_count as denominator
    from invoices_by_day
    union all
    select
        'dispute_rate' as kpi_code,
        raised_on as happened_on,
        1 as numerator,
        0 as denominator
    from disputes
    union all
    select
        'dispute_rate_by_value' as kpi_code,
        invoice_date as happened_on,
        0 as numerator,
        gross_amount as denominator
    from invoices_by_day
    union all
    select
        'dispute_rate_by_value' as kpi_code,
        raised_on as happened_on,
        coalesce(disputed_amount, 0) as numerator,
        0 as denominator
    from disputes
    union all
    select
        'credit_note_rate' as kpi_code,
        invoice_date as happened_on,
        0 as numerator,
        invoice_count as denominator
    from invoices_by_day
    union all
    select
        'credit_note_rate' as kpi_code,
        credit_date as happened_on,
        count(*) as numerator,
        0 as denominator
    from credit_notes
    group by credit_date
    union all
    select
        'credit_note_rate_by_value' as kpi_code,
        invoice_date as happened_on,
        0 as numerator,
        gross_amount as denominator
    from invoices_by_day
    union all
    select
        'credit_note_rate_by_value' as kpi_code,
        credit_date as happened_on,
        sum(gross_amount) as numerator,
        0 as denominator
    from credit_notes
    group by credit_date
    union all
    select
        'promises_kept' as kpi_code,
        last_day as happened_on,
        case when status = 'kept' then 1 else 0 end as numerator,
        1 as denominator
    from promises
    union all
    select
        'contact_rate' as kpi_code,
        acted_on as happened_on,
        case when is_reached then 1 else 0 end as numerator,
        1 as denominator
    from attempts
    union all
    select
        'contact_to_cash' as kpi_code,
        contacts.last_day as happened_on,
        case when contacts_paid.debtor_id is null then 0 else 1 end as numerator,
        1 as denominator
    from contacts
    left join contacts_paid
        on
            contacts.debtor_id = contacts_paid.debtor_id
            and contacts.acted_on = contacts_paid.acted_on
),

summed as (
    select
        kpi_code,
        happened_on,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from every_day
    group by
        kpi_code,
        happened_on
),

final as (
    select
        summed.kpi_code,
        periods.period_kind,
        periods.period_no,
        periods.is_previous,
        sum(summed.numerator) as numerator,
        sum(summed.denominator) as denominator
    from periods
    inner join summed
        on
            periods.period_start <= summed.happened_on
            and periods.period_end >= summed.happened_on
    group by
        summed.kpi_code,
        periods.period_kind,
        periods.period_no,
        periods.is_previous
)

select * from final
