with

affordability as (
    select * from {{ ref('affordability') }}
    where is_valid
),

arrangements as (
    select
        debtor_id,
        breached_on
    from {{ ref('arrangement_compliance') }}
    where status = 'breached'
),

promises as (
    select
        debtor_id,
        promised_on
    from {{ ref('promises') }}
    where status in ('broken', 'partly_kept')
),

holds as (
    select
        hold_type,
        is_protective,
        coalesce(reached_debtor_id, debtor_id) as debtor_id,
        starts_on,
        ends_on
    from {{ ref('int_holds_reached') }}
    where hold_source != 'dispute'
),

open_debits as (
    select debtor_id
    from {{ ref('int_open_items') }}
    where not is_open_credit
),

actions as (
    select
        debtor_id,
        acted_on,
        outcome_code
    from {{ ref('stg_case_actions') }}
    where action_code = 'signposted'
),

affordability_rules as (
    select * from {{ ref('stg_policy__affordability_rules') }}
),

early_help_rules as (
    select * from {{ ref('stg_policy__early_help_rules') }}
),

support_offers as (
    select * from {{ ref('stg_policy__support_offers') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

creditor_rule as (
    select {{ figure_of('affordability_rules', 'many_creditors', 'bigint') }} as many_creditors
    from position
    inner join affordability_rules
        on {{ policy_in_force('affordability_rules', 'position.as_of_date') }}
),

promise_rule as (
    select
        {{ figure_of('early_help_rules', 'broken_promise_days', 'bigint') }} as broken_promise_days
    from position
    inner join early_help_rules
        on {{ policy_in_force('early_help_rules', 'position.as_of_date') }}
),

holds_today as (
    select holds.*
    from holds
    cross join position
    where holds.ends_on is null or holds.ends_on >= position.as_of_date
),

of_means as (
    select
        debtor_id,
        'relief_order' as signal_code,
        'a surplus of ' || cast(surplus_amount as string) || ' a month and debts of '
        || cast(total_debt_counted_amount as string)
        || ' are within the limits of a debt relief order' as explanation
    from affordability
    where is_relief_order_signposted
    union all
    select
        debtor_id,
        'budget_in_deficit' as signal_code,
        'spending and savings exceed income by ' || cast(-surplus_amount as string) || ' a month'
            as explanation
    from affordability
    where surplus_amount < 0
    union all
    select
        debtor_id,
        'nothing_to_offer' as signal_code,
        'what is available leaves ' || cast(offer_amount as string) || ' a month for this account'
            as explanation
    from affordability
    where offer_kind in ('token', 'nil')
    union all
    select
        affordability.debtor_id,
        'several_creditors' as signal_code,
        'there are ' || cast(affordability.creditor_count as string) || ' creditors' as explanation
    from affordability
    cross join creditor_rule
    where affordability.creditor_count >= creditor_rule.many_creditors
    union all
    select
        debtor_id,
        'arrangements_beyond_means' as signal_code,
        'live arrangements ask ' || cast(live_monthly_amount as string) || ' a month and '
        || cast(available_amount as string) || ' is available' as explanation
    from affordability
    where is_arranged_beyond_means
),

of_conduct as (
    select
        debtor_id,
        'arrangement_broken' as signal_code,
        'an arrangement is breached since ' || cast(min(breached_on) as string) as explanation
    from arrangements
    group by debtor_id
    union all
    select
        promises.debtor_id,
        'broken_promise' as signal_code,
        'a promise for ' || cast(max(promises.promised_on) as string) || ' was not kept in full'
            as explanation
    from promises
    cross join position
    cross join promise_rule
    where
        {{ days_between('promises.promised_on', 'position.as_of_date') }}
        <= promise_rule.broken_promise_days
    group by promises.debtor_id
),

of_holds as (
    select
        debtor_id,
        hold_type as signal_code,
        case hold_type
            when 'mental_health_crisis'
                then
                    'in mental health crisis treatment since ' || cast(min(starts_on) as string)
                    || ': nobody writes to the person'
            else 'recorded as vulnerable since ' || cast(min(starts_on) as string)
        end as explanation
    from holds_today
    where hold_type in ('mental_health_crisis', 'vulnerability')
    group by
        debtor_id,
        hold_type
),

every_signal as (
    select * from of_means
    union all
    select * from of_conduct
    union all
    select * from of_holds
),

-- Who is protected already has somebody at their side, or is beyond advice; only for a crisis is
-- there a word to be had, and with whom the notification names.
protected as (
    select distinct debtor_id
    from holds_today
    where is_protective
),

beyond_advice as (
    select distinct debtor_id
    from holds_today
    where is_protective and hold_type != 'mental_health_crisis'
),

signposted as (
    select
        debtor_id,
        max(acted_on) as last_signposted_on
    from actions
    where {{ action_counts('actions') }}
    group by debtor_id
),

refused_rows as (
    select debtor_id from {{ ref('int_debtors_with_refused_rows') }}
    where debtor_id is not null
),

final as (
    select
        position.as_of_date,
        position.known_at,
        every_signal.debtor_id,
        every_signal.signal_code,
        support_offers.support_code,
        support_offers.wording as support_description,
        every_signal.explanation as reason,
        signposted.last_signposted_on,
        support_offers.policy_row
    from every_signal
    cross join position
    inner join support_offers
        on
            every_signal.signal_code = support_offers.signal_code
            and {{ policy_in_force('support_offers', 'position.as_of_date') }}
    left join signposted on every_signal.debtor_id = signposted.debtor_id
    where
        every_signal.debtor_id in (select open_debits.debtor_id from open_debits)
        and every_signal.debtor_id not in (select beyond_advice.debtor_id from beyond_advice)
        and every_signal.debtor_id not in (select refused_rows.debtor_id from refused_rows)
        and (
            every_signal.signal_code = 'mental_health_crisis'
            or every_signal.debtor_id not in (select protected.debtor_id from protected)
        )
        and (
            signposted.last_signposted_on is null
            or support_offers.repeat_months is null
            or position.as_of_date
            >= {{ add_months('signposted.last_signposted_on', 'support_offers.repeat_months') }}
        )
)

select * from final
