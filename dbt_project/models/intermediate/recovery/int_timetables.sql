with

timetable as (
    select * from {{ ref('stg_policy__recovery_timetable') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

debtors as (
    select party_type from {{ ref('stg_debtors') }}
),

in_force as (
    select timetable.*
    from timetable
    inner join position on {{ policy_in_force('timetable', 'position.as_of_date') }}
    where timetable.usage in ('used', 'left_out')
),

-- A debt type has a timetable if policy has rows of its own in use; general rows alone give it
-- none.
debt_types as (
    select distinct debt_type
    from in_force
    where debt_type is not null and usage = 'used'
),

-- A debtor whose row has not arrived has no party type; the general rows apply.
party_types as (
    select party_type from debtors
    union
    select '' as party_type
),

ranked as (
    select
        debt_types.debt_type,
        party_types.party_type,
        in_force.stage,
        in_force.sort_order,
        in_force.not_before_days,
        in_force.after_previous_days,
        in_force.minimum_balance,
        in_force.usage,
        in_force.needs_officer,
        in_force.policy_row,
        row_number() over (
            partition by debt_types.debt_type, party_types.party_type, in_force.stage
            order by
                in_force.debt_type nulls last,
                in_force.party_type nulls last,
                in_force.policy_row nulls last
        ) as specificity
    from in_force
    inner join debt_types
        on in_force.debt_type = debt_types.debt_type or in_force.debt_type is null
    inner join party_types
        on in_force.party_type = party_types.party_type or in_force.party_type is null
),

stages as (
    select
        debt_type,
        party_type,
        stage,
        sort_order,
        not_before_days,
        after_previous_days,
        minimum_balance,
        needs_officer,
        policy_row
    from ranked
    where specificity = 1 and usage = 'used'
),

-- A missing figure blocks the timetable that needs it: it is never guessed.
incomplete as (
    select distinct
        debt_type,
        party_type
    from stages
    where sort_order is null or not_before_days is null or minimum_balance is null
),

complete as (
    select
        stages.*,
        row_number() over (
            partition by stages.debt_type, stages.party_type
            order by stages.sort_order nulls last, stages.stage nulls last
        ) as place
    from stages
    left join incomplete
        on stages.debt_type = incomplete.debt_type and stages.party_type = incomplete.party_type
    where incomplete.debt_type is null
)

select * from complete
