{{ config(materialized="view") }}

with

invoices_by_day as (
    select
        invoice_date,
        count(*) as invoice_count,
        sum(gross_amount) as gross_amount
    from {{ ref('int_invoices') }}
    group by invoice_date
),

credit_notes as (
    select * from {{ ref('stg_credit_notes') }}
),

disputes as (
    select * from {{ ref('int_disputes') }}
    where kind = 'dispute'
),

promises as (
    select * from {{ ref('promises') }}
    where status in ('kept', 'partly_kept', 'broken')
),

attempts as (
    select
        debtor_id,
        acted_on,
        outcome_code not in ('not_reached', 'failed') as is_reached
    from {{ ref('stg_case_actions') }}
    where
        action_code in ('phone_call', 'visit', 'contact_attempt')
        and outcome_code in (
            'reached', 'promised', 'refused', 'paid', 'disputed', 'not_reached', 'failed'
        )
),

transfers as (
    select receipt_id from {{ ref('stg_receipts') }}
    where method = 'internal_transfer'
),

receipts as (
    select * from {{ ref('int_credits_identified') }}
    where
        credit_type = 'receipt'
        and amount > 0
        and credit_id not in (select transfers.receipt_id from transfers)
),

casework_rules as (
    select * from {{ ref('stg_policy__casework_rules') }}
    where rule = 'contact_to_cash_days'
),

periods as (
    select * from {{ ref('int_kpi_periods') }}
    where period_kind in ('trailing_12_months', 'financial_year_to_date', 'month')
),

contacts as (
    select
        attempts.debtor_id,
        attempts.acted_on,
        {{ add_days('attempts.acted_on', 'cast(max(casework_rules.value) as bigint)') }} as last_day
    from attempts
    inner join casework_rules on {{ policy_in_force('casework_rules', 'attempts.acted_on') }}
    where attempts.is_reached
    group by
        attempts.debtor_id,
        attempts.acted_on
),

contacts_judged as (
    select
        contacts.last_day,
        count(receipts.credited_on) > 0 as is_paid
    from contacts
    left join receipts
        on
            contacts.debtor_id = receipts.debtor_id
            and contacts.acted_on <= receipts.credited_on
            and contacts.last_day >= receipts.credited_on
    group by
        contacts.debtor_id,
        contacts.acted_on,
        contacts.last_day
),

-- What happened on each day, as a part of a numerator or of a denominator.
every_day as (
    {%- for kpi_code, happened_on, numerator, denominator, rows in [
        ('dispute_rate', 'invoice_date', 0, 'invoice_count', 'invoices_by_day'),
        ('dispute_rate', 'raised_on', 1, 0, 'disputes'),
        ('dispute_rate_by_value', 'invoice_date', 0, 'gross_amount', 'invoices_by_day'),
        ('dispute_rate_by_value', 'raised_on', 'coalesce(disputed_amount, 0)', 0, 'disputes'),
        ('credit_note_rate', 'invoice_date', 0, 'invoice_count', 'invoices_by_day'),
        ('credit_note_rate', 'credit_date', 1, 0, 'credit_notes'),
        ('credit_note_rate_by_value', 'invoice_date', 0, 'gross_amount', 'invoices_by_day'),
        ('credit_note_rate_by_value', 'credit_date', 'gross_amount', 0, 'credit_notes'),
        ('promises_kept', 'last_day', "case when status = 'kept' then 1 else 0 end", 1, 'promises'),
        ('contact_rate', 'acted_on', 'case when is_reached then 1 else 0 end', 1, 'attempts'),
        ('contact_to_cash', 'last_day', 'case when is_paid then 1 else 0 end', 1, 'contacts_judged'),
    ] %}
        select
            '{{ kpi_code }}' as kpi_code,
            {{ happened_on }} as happened_on,
            {{ numerator }} as numerator,
            {{ denominator }} as denominator
        from {{ rows }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
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
