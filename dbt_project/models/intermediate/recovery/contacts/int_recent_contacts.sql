with

actions as (
    select
        debtor_id,
        action_code,
        acted_on,
        outcome_code
    from {{ ref('stg_case_actions') }}
),

contact_rules as (
    select * from {{ ref('stg_policy__contact_rules') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

rules as (
    select
        {{ figure_of('contact_rules', 'recovery_contacts_per_debtor_7_days', 'bigint') }}
            as contact_limit,
        {{ figure_of('contact_rules', 'contacts_counted') }} as contacts_counted
    from contact_rules
    inner join position on {{ policy_in_force('contact_rules', 'position.as_of_date') }}
),

recent as (
    select
        actions.debtor_id,
        count(*) as contact_count,
        max(rules.contact_limit) as contact_limit
    from actions
    cross join position
    cross join rules
    where
        actions.acted_on > {{ add_days('position.as_of_date', -7) }}
        and {{ is_listed('rules.contacts_counted', 'actions.action_code') }}
        and {{ action_was_made('actions') }}
    group by actions.debtor_id
),

judged as (
    select
        debtor_id,
        contact_count,
        contact_limit,
        coalesce(contact_count >= contact_limit, false) as is_limit_reached
    from recent
)

select * from judged
