with

holds as (
    select * from {{ ref('int_holds_valued') }}
    where hold_source = 'hold'
),

casework_rules as (
    select * from {{ ref('stg_policy__casework_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

rules_in_force as (
    select
        {{ figure_of('casework_rules', 'hold_review_after_days', 'bigint') }} as review_after_days,
        max(
            case
                when casework_rules.rule = 'hold_review_after_days' then casework_rules.policy_row
            end
        ) as review_policy_row,
        {{ figure_of('casework_rules', 'hold_ends_soon_days', 'bigint') }} as ends_soon_days,
        coalesce(
            bool_or(
                casework_rules.rule = 'hold_raiser_differs_from_approver'
                and casework_rules.value = 'true'
            ),
            false
        ) as needs_independent_approver
    from position
    inner join casework_rules
        on {{ policy_in_force('casework_rules', 'position.as_of_date') }}
),

aged as (
    select
        holds.*,
        rules_in_force.*,
        position.as_of_date,
        position.known_at,
        {{ days_between('holds.starts_on', 'position.as_of_date') }} as age_days,
        {{ days_between('position.as_of_date', 'holds.ends_on') }} as days_left
    from holds
    cross join position
    cross join rules_in_force
),

every_reason as (
    select
        hold_id,
        'expired' as review_reason
    from aged
    where not is_in_force
    union all
    select
        hold_id,
        'without_end' as review_reason
    from aged
    where ends_on is null
    union all
    select
        hold_id,
        'no_independent_approver' as review_reason
    from aged
    where
        needs_independent_approver
        and coalesce(raised_by = approved_by, true)
    union all
    select
        hold_id,
        'review_due' as review_reason
    from aged
    where is_in_force and not is_protective and age_days >= review_after_days
    union all
    select
        hold_id,
        'ends_soon' as review_reason
    from aged
    where is_in_force and days_left <= ends_soon_days
),

reasons as (
    select
        hold_id,
        {{ sorted_list('review_reason') }} as review_reasons
    from every_reason
    group by hold_id
),

final as (
    select
        aged.as_of_date,
        aged.known_at,
        aged.hold_id,
        aged.debtor_id,
        aged.invoice_id,
        aged.arrangement_id,
        aged.starts_on,
        aged.ends_on,
        aged.is_in_force,
        aged.age_days,
        aged.held_amount,
        aged.raised_by,
        aged.approved_by,
        reasons.review_reasons,
        aged.review_policy_row
    from aged
    left join reasons on aged.hold_id = reasons.hold_id
)

select * from final
