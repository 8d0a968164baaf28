{{ config(materialized="view") }}

with

arrangements as (
    select * from {{ ref('arrangement_compliance') }}
    where status in ('live', 'breached')
),

arrangement_invoices as (
    select
        arrangement_id,
        invoice_id
    from {{ ref('stg_arrangement_invoices') }}
),

holds as (
    select
        invoice_id,
        is_protective,
        ends_on
    from {{ ref('int_recovery_holds') }}
),

refused_rows as (
    select debtor_id from {{ ref('int_debtors_with_refused_rows') }}
),

actions as (
    select
        debtor_id,
        invoice_id,
        action_code,
        acted_on,
        outcome_code
    from {{ ref('stg_case_actions') }}
),

affordability as (
    select * from {{ ref('affordability') }}
),

arrangement_rules as (
    select * from {{ ref('stg_policy__arrangement_rules') }}
),

affordability_rules as (
    select * from {{ ref('stg_policy__affordability_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

instalments_weighed as (
    select * from {{ ref('int_instalments_weighed') }}
),

rules as (
    select
        {{ figure_of('arrangement_rules', 'warn_before_breach_days', 'bigint') }} as warn_days,
        {{ figure_of('arrangement_rules', 'reminder_after_missed', 'bigint') }}
            as reminder_after_days,
        {{ figure_of('arrangement_rules', 'cancel_after_missed', 'bigint') }} as cancel_after_days,
        {{ figure_of('arrangement_rules', 'review_every', 'bigint') }} as review_every_months,
        {{ figure_of('arrangement_rules', 'first_due_after_days', 'bigint') }}
            as first_due_after_days,
        {{ figure_of('arrangement_rules', 'length_without_means_evidence', 'bigint') }}
            as length_without_evidence,
        {{ figure_of('arrangement_rules', 'length_hard_cap', 'bigint') }} as length_hard_cap,
        {{ sorted_list('arrangement_rules.policy_row') }} as policy_rows
    from position
    inner join arrangement_rules
        on
            {{ policy_in_force('arrangement_rules', 'position.as_of_date') }}
            and arrangement_rules.rule in (
                'warn_before_breach_days',
                'reminder_after_missed',
                'cancel_after_missed',
                'review_every',
                'first_due_after_days',
                'length_without_means_evidence',
                'length_hard_cap'
            )
),

means_rules as (
    select
        {{ figure_of('affordability_rules', 'token_below', 'decimal(18, 2)') }} as token_below,
        {{ figure_of('affordability_rules', 'weeks_in_a_year', 'bigint') }} as weeks_in_a_year
    from position
    inner join affordability_rules
        on {{ policy_in_force('affordability_rules', 'position.as_of_date') }}
),

-- The first day on which a live arrangement would be breached without a payment.
threats as (
    select
        arrangement_id,
        min(counts_from) as breached_from,
        cast(min(short_amount) as decimal(18, 2)) as short_amount
    from instalments_weighed
    where
        status = 'live' and counts_from > as_of_date and short_amount > tolerance_amount
    group by arrangement_id
),

missed as (
    select
        arrangement_id,
        count(*) as missed_count,
        min(due_on) as oldest_missed_on,
        cast(max(missed_amount) as decimal(18, 2)) as missed_amount
    from instalments_weighed
    where due_on < as_of_date and missed_amount > tolerance_amount
    group by arrangement_id
),

noticed as (
    select
        missed.arrangement_id,
        max(actions.acted_on) as noticed_on
    from missed
    inner join arrangements on missed.arrangement_id = arrangements.arrangement_id
    inner join actions on arrangements.debtor_id = actions.debtor_id
    left join arrangement_invoices
        on
            missed.arrangement_id = arrangement_invoices.arrangement_id
            and actions.invoice_id = arrangement_invoices.invoice_id
    where
        actions.action_code = 'missed_instalment_notice'
        and actions.acted_on > missed.oldest_missed_on
        and {{ action_counts('actions') }}
        and (actions.invoice_id is null or arrangement_invoices.invoice_id is not null)
    group by missed.arrangement_id
),

held as (
    select
        arrangement_invoices.arrangement_id,
        bool_or(holds.is_protective) as is_held
    from arrangement_invoices
    inner join holds on arrangement_invoices.invoice_id = holds.invoice_id
    cross join position
    where holds.ends_on is null or holds.ends_on >= position.as_of_date
    group by arrangement_invoices.arrangement_id
),

gathered as (
    select
        arrangements.as_of_date,
        arrangements.known_at,
        arrangements.arrangement_id,
        arrangements.debtor_id,
        arrangements.status,
        arrangements.frequency,
        arrangements.instalment_amount,
        arrangements.actual_balance,
        arrangements.shortfall_amount,
        arrangements.breached_on,
        coalesce(held.is_held, false) as is_held,
        held.arrangement_id is not null as is_paused,
        arrangements.debtor_id in (
            select refused_rows.debtor_id from refused_rows
            where refused_rows.debtor_id is not null
        ) as is_incomplete,
        threats.short_amount,
        {{ add_days('threats.breached_from', -1) }} as pay_by,
        missed.missed_count,
        missed.oldest_missed_on,
        missed.missed_amount,
        -- Days on hold since it fell due do not count.
        least(
            {{ days_between('missed.oldest_missed_on', 'arrangements.as_of_date') }},
            arrangements.delinquent_days + arrangements.tolerance_days
        ) as days_since_missed,
        noticed.noticed_on,
        {{ add_months(
            'greatest(arrangements.agreed_on, coalesce(affordability.assessed_on, arrangements.agreed_on))',
            'rules.review_every_months'
        ) }} as review_due_on,
        case
            when affordability.is_valid and affordability.blocked_by is null
                then least(
                    {{ share_of_available(
                        'affordability.available_amount',
                        'arrangements.actual_balance',
                        'affordability.total_debt_counted_amount'
                    ) }},
                    affordability.left_amount
                )
        end as affordable_amount,
        case
            when arrangements.frequency = 'one_off' then arrangements.actual_balance
            else {{ monthly_instalment(
                'least(arrangements.instalment_amount, arrangements.actual_balance)',
                'arrangements.frequency',
                'means_rules.weeks_in_a_year'
            ) }}
        end as present_monthly_amount,
        rules.warn_days,
        rules.reminder_after_days,
        rules.cancel_after_days,
        rules.length_without_evidence,
        rules.length_hard_cap,
        {{ add_days('arrangements.as_of_date', 'rules.first_due_after_days') }} as first_due_on,
        means_rules.token_below,
        rules.policy_rows
    from arrangements
    cross join rules
    cross join means_rules
    left join threats on arrangements.arrangement_id = threats.arrangement_id
    left join missed on arrangements.arrangement_id = missed.arrangement_id
    left join noticed on arrangements.arrangement_id = noticed.arrangement_id
    left join held on arrangements.arrangement_id = held.arrangement_id
    left join affordability on arrangements.debtor_id = affordability.debtor_id
)

select * from gathered
