with

statements as (
    select * from {{ ref('stg_financial_statements') }}
),

debtors as (
    select
        debtor_id,
        party_id,
        party_type
    from {{ ref('stg_debtors') }}
),

open_debits as (
    select
        debtor_id,
        outstanding_amount
    from {{ ref('int_open_items') }}
    where not is_open_credit
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

affordability_rules as (
    select * from {{ ref('stg_policy__affordability_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

rules as (
    select
        {{ figure_of('affordability_rules', 'savings_share', 'bigint') }} as savings_share,
        {{ figure_of('affordability_rules', 'savings_most', 'decimal(18, 2)') }} as savings_most,
        {{ figure_of('affordability_rules', 'statement_valid_months', 'bigint') }} as valid_months,
        {{ figure_of('affordability_rules', 'token_below', 'decimal(18, 2)') }} as token_below,
        {{ figure_of('affordability_rules', 'token_offer', 'decimal(18, 2)') }} as token_offer,
        {{ figure_of('affordability_rules', 'weeks_in_a_year', 'bigint') }} as weeks_in_a_year,
        {{ figure_of('affordability_rules', 'relief_order_surplus', 'decimal(18, 2)') }}
            as relief_order_surplus,
        {{ figure_of('affordability_rules', 'relief_order_debts', 'decimal(18, 2)') }}
            as relief_order_debts,
        {{ sorted_list('affordability_rules.policy_row') }} as policy_rows
    from position
    inner join affordability_rules
        on
            {{ policy_in_force('affordability_rules', 'position.as_of_date') }}
            and affordability_rules.rule != 'many_creditors'
),

every_account as (
    select debtor_id from debtors
    union
    select debtor_id from statements
),

-- Means are a person's, whichever of the person's accounts they were assessed on.
accounts as (
    select
        every_account.debtor_id,
        debtors.party_type,
        coalesce('party ' || debtors.party_id, 'debtor ' || every_account.debtor_id) as person
    from every_account
    left join debtors on every_account.debtor_id = debtors.debtor_id
),

ranked as (
    select
        accounts.person,
        statements.statement_id,
        statements.debtor_id as assessed_debtor_id,
        statements.assessed_on,
        statements.monthly_income,
        statements.monthly_essential_expenditure,
        statements.monthly_priority_payments,
        statements.monthly_savings,
        statements.number_of_creditors,
        statements.total_debt,
        statements.is_evidence_seen,
        statements.known_on,
        statements.source_file,
        statements.source_line,
        row_number() over (
            partition by accounts.person
            order by statements.assessed_on desc nulls last, statements.statement_id desc nulls last
        ) as place
    from statements
    inner join accounts on statements.debtor_id = accounts.debtor_id
),

in_force as (
    select * from ranked
    where place = 1
),

accounts_assessed as (
    select
        accounts.person,
        accounts.debtor_id,
        accounts.party_type
    from accounts
    inner join in_force on accounts.person = in_force.person
),

owed as (
    select
        accounts_assessed.person,
        accounts_assessed.debtor_id,
        cast(coalesce(sum(open_debits.outstanding_amount), 0) as decimal(18, 2)) as balance_amount
    from accounts_assessed
    left join open_debits on accounts_assessed.debtor_id = open_debits.debtor_id
    group by
        accounts_assessed.person,
        accounts_assessed.debtor_id
),

owed_by_person as (
    select
        person,
        cast(sum(balance_amount) as decimal(18, 2)) as person_balance_amount
    from owed
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

-- What a statement cannot be reckoned with, whatever it is wanted for.
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
),

shared as (
    select
        owed.debtor_id,
        accounts_assessed.party_type,
        owed.balance_amount,
        person_means.*,
        case
            when person_means.blocked_by is not null then null
            when owed.balance_amount = 0 then cast(0 as decimal(18, 2))
            else {{ share_of_available(
                'person_means.available_amount',
                'owed.balance_amount',
                'person_means.total_debt_counted'
            ) }}
        end as share_amount
    from owed
    inner join accounts_assessed on owed.debtor_id = accounts_assessed.debtor_id
    inner join person_means on owed.person = person_means.person
),

offered as (
    select
        shared.*,
        case
            when shared.blocked_by is not null then null
            when shared.balance_amount = 0 then 'nothing_owed'
            when
                shared.share_amount >= rules.token_below
                or shared.share_amount = shared.balance_amount
                then 'regular'
            when shared.available_amount >= rules.token_offer then 'token'
            else 'nil'
        end as offer_kind
    from shared
    cross join rules
),

with_offer as (
    select
        offered.*,
        case offered.offer_kind
            when 'regular' then offered.share_amount
            when 'token' then least(rules.token_offer, offered.balance_amount)
            when 'nil' then cast(0 as decimal(18, 2))
            when 'nothing_owed' then cast(0 as decimal(18, 2))
        end as offer_amount
    from offered
    cross join rules
),

counted as (
    select
        with_offer.*,
        case
            when offer_kind in ('regular', 'token')
                then {{ instalments_to_clear('balance_amount', 'offer_amount') }}
        end as instalment_count
    from with_offer
),

final as (
    select
        position.as_of_date,
        position.known_at,
        counted.debtor_id,
        counted.statement_id,
        counted.debtor_id != counted.assessed_debtor_id as is_of_another_account,
        counted.assessed_on,
        {{ add_months('counted.assessed_on', 'rules.valid_months') }} as valid_until,
        coalesce(
            position.as_of_date <= {{ add_months('counted.assessed_on', 'rules.valid_months') }},
            false
        ) as is_valid,
        counted.is_evidence_seen,
        counted.blocked_by,
        counted.monthly_income as income_amount,
        counted.monthly_essential_expenditure as essential_amount,
        counted.monthly_priority_payments as priority_amount,
        cast(counted.savings_amount as decimal(18, 2)) as savings_amount,
        case
            when counted.savings_amount is null then null
            when counted.monthly_savings is null then 'policy'
            else 'stated'
        end as savings_basis,
        coalesce(counted.monthly_savings > rules.savings_most, false) as is_savings_above_policy,
        counted.surplus_amount,
        counted.available_amount,
        counted.total_debt as total_debt_amount,
        cast(counted.total_debt_counted as decimal(18, 2)) as total_debt_counted_amount,
        counted.number_of_creditors as creditor_count,
        counted.balance_amount,
        counted.person_balance_amount,
        counted.offer_kind,
        cast(counted.offer_amount as decimal(18, 2)) as offer_amount,
        {{ pounds(divide_whole(pence('counted.offer_amount') ~ ' * 12', 'rules.weeks_in_a_year')) }}
            as weekly_offer_amount,
        counted.instalment_count,
        cast(
            counted.balance_amount - (counted.instalment_count - 1) * counted.offer_amount
            as decimal(18, 2)
        ) as last_instalment_amount,
        counted.live_arrangement_count,
        counted.live_monthly_amount,
        counted.left_amount,
        counted.live_monthly_amount > counted.available_amount as is_arranged_beyond_means,
        coalesce(
            counted.party_type in ('individual', 'sole_trader')
            and counted.surplus_amount <= rules.relief_order_surplus
            and counted.total_debt_counted <= rules.relief_order_debts
            and position.as_of_date
            <= {{ add_months('counted.assessed_on', 'rules.valid_months') }},
            false
        ) as is_relief_order_signposted,
        rules.policy_rows,
        counted.known_on,
        counted.source_file,
        counted.source_line
    from counted
    cross join position
    cross join rules
)

select * from final
