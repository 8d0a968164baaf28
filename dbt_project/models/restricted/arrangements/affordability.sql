with

accounts_assessed as (
    select * from {{ ref('int_accounts_assessed') }}
),

person_means as (
    select * from {{ ref('int_means_judged') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

rules as (
    select * from {{ ref('int_affordability_figures') }}
),

shared as (
    select
        accounts_assessed.debtor_id,
        accounts_assessed.party_type,
        accounts_assessed.balance_amount,
        person_means.*,
        case
            when person_means.blocked_by is not null then null
            when accounts_assessed.balance_amount = 0 then cast(0 as decimal(18, 2))
            else {{ share_of_available(
                'person_means.available_amount',
                'accounts_assessed.balance_amount',
                'person_means.total_debt_counted'
            ) }}
        end as share_amount
    from accounts_assessed
    inner join person_means on accounts_assessed.person = person_means.person
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
