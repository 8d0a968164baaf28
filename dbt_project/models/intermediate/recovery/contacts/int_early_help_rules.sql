with

early_help_rules as (
    select * from {{ ref('stg_policy__early_help_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

rules_in_force as (
    select
        early_help_rules.rule,
        early_help_rules.value,
        early_help_rules.policy_row
    from early_help_rules
    inner join position on {{ policy_in_force('early_help_rules', 'position.as_of_date') }}
),

rules as (
    select
        {{ figure_of('rules_in_force', 'late_invoices', 'bigint') }} as late_invoices,
        {{ figure_of('rules_in_force', 'late_of_last_invoices', 'bigint') }}
            as late_of_last_invoices,
        {{ figure_of('rules_in_force', 'late_after_days', 'bigint') }} as late_after_days,
        {{ figure_of('rules_in_force', 'late_within_months', 'bigint') }} as late_within_months,
        {{ figure_of('rules_in_force', 'failed_direct_debit_days', 'bigint') }}
            as failed_direct_debit_days,
        {{ figure_of('rules_in_force', 'broken_promise_days', 'bigint') }} as broken_promise_days,
        {{ figure_of('rules_in_force', 'contact_from_points', 'bigint') }} as contact_from_points,
        {{ figure_of('rules_in_force', 'quiet_days', 'bigint') }} as quiet_days,
        {{ figure_of('rules_in_force', 'contacts') }} as contacts
    from rules_in_force
)

select * from rules
