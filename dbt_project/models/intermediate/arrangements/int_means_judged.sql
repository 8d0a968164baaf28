{{ config(materialized="view") }}

with

accounts_assessed as (
    select * from {{ ref('int_accounts_assessed') }}
),

live_arrangements as (
    select
        arrangement_id,
        debtor_id,
        actual_balance
    from {{ ref('int_arrangement_balances') }}
    where status = 'live'
),

terms as (
    select
        arrangement_id,
        frequency,
        instalment_amount
    from {{ ref('stg_arrangements') }}
),

rules as (
    select * from {{ ref('int_affordability_figures') }}
),

in_force as (
    select
        person,
        statement_id,
        assessed_debtor_id,
        assessed_on,
        monthly_income,
        monthly_essential_expenditure,
        monthly_priority_payments,
        monthly_savings,
        number_of_creditors,
        total_debt,
        is_evidence_seen,
        known_on,
        source_file,
        source_line
    from accounts_assessed
    where debtor_id = assessed_debtor_id
),

owed_by_person as (
    select
        person,
        cast(sum(balance_amount) as decimal(18, 2)) as person_balance_amount
    from accounts_assessed
    group by person
),

arranged as (
    select
        accounts_assessed.person,
        count(*) as live_arrangement_count,
        cast(sum({{ monthly_instalment(
            'least(terms.instalment_amount, live_arrangements.actual_balance)',
            'terms.frequency',
            'rules.weeks_in_a_year'
        ) }}) as decimal(18, 2)) as live_monthly_amount
    from accounts_assessed
    cross join rules
    inner join live_arrangements on accounts_assessed.debtor_id = live_arrangements.debtor_id
    inner join terms on live_arrangements.arrangement_id = terms.arrangement_id
    group by accounts_assessed.person
),

-- Reasons for which nothing can be calculated from a statement.
judged as (
    select
        in_force.*,
        case
            when in_force.total_debt is not null
                then greatest(in_force.total_debt, owed_by_person.person_balance_amount)
        end as total_debt_counted,
        owed_by_person.person_balance_amount,
        coalesce(arranged.live_arrangement_count, 0) as live_arrangement_count,
        case
            when arranged.person is null then cast(0 as decimal(18, 2))
            else arranged.live_monthly_amount
        end as live_monthly_amount,
        case
            when
                greatest(
                    in_force.monthly_income,
                    in_force.monthly_essential_expenditure,
                    in_force.monthly_priority_payments,
                    coalesce(in_force.monthly_savings, 0),
                    coalesce(in_force.total_debt, 0),
                    owed_by_person.person_balance_amount
                ) >= 10000000
                then 'figure_too_large'
        end as too_large,
        case
            when
                least(
                    in_force.monthly_income,
                    in_force.monthly_essential_expenditure,
                    in_force.monthly_priority_payments,
                    coalesce(in_force.monthly_savings, 0),
                    coalesce(in_force.total_debt, 0)
                ) < 0
                then 'negative_figure'
        end as negative,
        case
            when
                rules.savings_share is null
                or rules.savings_most is null
                or rules.valid_months is null
                or rules.token_below is null
                or rules.token_offer is null
                or rules.weeks_in_a_year is null
                then 'policy_missing'
        end as without_policy,
        case when in_force.total_debt is null then 'total_debt_missing' end as without_debts
    from in_force
    cross join rules
    inner join owed_by_person on in_force.person = owed_by_person.person
    left join arranged on in_force.person = arranged.person
),

usable as (
    select
        judged.*,
        coalesce(too_large, negative, without_policy) is null as is_usable,
        nullif(concat_ws(',', too_large, negative, without_policy, without_debts), '')
            as blocked_by
    from judged
),

with_savings as (
    select
        usable.*,
        case
            when not usable.is_usable then null
            when usable.monthly_savings is not null then usable.monthly_savings
            else least(
                rules.savings_most,
                cast(
                    greatest(
                        usable.monthly_income - usable.monthly_essential_expenditure
                        - usable.monthly_priority_payments,
                        0
                    ) * rules.savings_share * cast(0.01 as decimal(3, 2))
                    as decimal(18, 2)
                )
            )
        end as savings_amount
    from usable
    cross join rules
),

with_surplus as (
    select
        with_savings.*,
        case
            when is_usable
                then cast(
                    monthly_income - monthly_essential_expenditure - savings_amount
                    as decimal(18, 2)
                )
        end as surplus_amount
    from with_savings
),

with_available as (
    select
        with_surplus.*,
        cast(greatest(surplus_amount - monthly_priority_payments, 0) as decimal(18, 2))
            as available_or_nil
    from with_surplus
),

person_means as (
    select
        with_available.*,
        case when is_usable then available_or_nil end as available_amount,
        case
            when is_usable
                then cast(greatest(available_or_nil - live_monthly_amount, 0) as decimal(18, 2))
        end as left_amount
    from with_available
)

select * from person_means
