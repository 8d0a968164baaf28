with

holds as (
    select * from {{ ref('int_holds_valued') }}
    where is_in_force
),

casework_rules as (
    select * from {{ ref('stg_policy__casework_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

rules_in_force as (
    select
        {{ figure_of('casework_rules', 'creditor_review_days', 'bigint') }} as creditor_review_days,
        {{ figure_of('casework_rules', 'moratorium_hold_types') }} as moratorium_hold_types
    from position
    inner join casework_rules
        on {{ policy_in_force('casework_rules', 'position.as_of_date') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        holds.hold_source,
        holds.hold_id,
        holds.hold_type,
        holds.is_protective,
        holds.debtor_id,
        holds.invoice_id,
        holds.arrangement_id,
        holds.starts_on,
        holds.ends_on,
        {{ days_between('holds.starts_on', 'position.as_of_date') }} as age_days,
        holds.notified_on,
        holds.order_date,
        case
            when {{ is_listed('rules_in_force.moratorium_hold_types', 'holds.hold_type') }}
                then {{ add_days('holds.starts_on', 'rules_in_force.creditor_review_days') }}
        end as creditor_review_until,
        holds.raised_by,
        holds.approved_by,
        holds.held_amount
    from holds
    cross join position
    cross join rules_in_force
)

select * from final
