with

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
)

select * from rules
