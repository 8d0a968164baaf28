with

case_allocations as (
    select
        debtor_id,
        officer_id,
        from_on
    from {{ ref('stg_case_allocations') }}
),

officers as (
    select * from {{ ref('stg_officers') }}
),

open_items as (
    select
        debtor_id,
        outstanding_amount
    from {{ ref('int_open_items') }}
    where not is_open_credit
),

actions as (
    select
        debtor_id,
        acted_on,
        officer_id,
        diary_on,
        diary_done_on
    from {{ ref('stg_case_actions') }}
),

casework_rules as (
    select * from {{ ref('stg_policy__casework_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

review_rule as (
    select
        max(casework_rules.policy_row) as policy_row,
        max(cast(casework_rules.value as bigint)) as review_every_days
    from position
    inner join casework_rules
        on
            casework_rules.rule = 'review_every_days'
            and {{ policy_in_force('casework_rules', 'position.as_of_date') }}
),

owed as (
    select
        debtor_id,
        sum(outstanding_amount) as outstanding_amount
    from open_items
    group by debtor_id
),

last_actions as (
    select
        debtor_id,
        max(acted_on) as last_action_on
    from actions
    group by debtor_id
),

-- A case is a debtor with an open debit who is allocated to an officer. The allocation is not an
-- action, but a case without any action is reviewed from that day.
cases as (
    select
        case_allocations.officer_id,
        owed.outstanding_amount,
        coalesce(last_actions.last_action_on, case_allocations.from_on) as looked_at_on
    from case_allocations
    inner join owed on case_allocations.debtor_id = owed.debtor_id
    left join last_actions on case_allocations.debtor_id = last_actions.debtor_id
),

cases_totalled as (
    select
        cases.officer_id,
        count(*) as case_count,
        sum(cases.outstanding_amount) as outstanding_amount,
        min(cases.looked_at_on) as oldest_action_on,
        count(*) filter (
            where
            {{ days_between('cases.looked_at_on', 'position.as_of_date') }}
            > review_rule.review_every_days
        ) as unreviewed_count
    from cases
    cross join position
    cross join review_rule
    group by cases.officer_id
),

-- An entry belongs to the officer who made it, else to the officer of the case.
diary_entries as (
    select
        coalesce(actions.officer_id, case_allocations.officer_id) as officer_id,
        actions.diary_on
    from actions
    left join case_allocations on actions.debtor_id = case_allocations.debtor_id
    where actions.diary_on is not null and actions.diary_done_on is null
),

diary_totalled as (
    select
        diary_entries.officer_id,
        count(*) filter (where diary_entries.diary_on < position.as_of_date)
            as overdue_diary_count,
        min(case when diary_entries.diary_on < position.as_of_date then diary_entries.diary_on end)
            as oldest_diary_on
    from diary_entries
    cross join position
    where diary_entries.officer_id is not null
    group by diary_entries.officer_id
),

every_officer as (
    select officer_id from cases_totalled
    union
    select officer_id from diary_totalled
),

final as (
    select
        position.as_of_date,
        position.known_at,
        every_officer.officer_id,
        officers.role,
        officers.team,
        coalesce(cases_totalled.case_count, 0) as case_count,
        cast(coalesce(cases_totalled.outstanding_amount, 0) as decimal(18, 2))
            as outstanding_amount,
        cases_totalled.oldest_action_on,
        coalesce(diary_totalled.overdue_diary_count, 0) as overdue_diary_count,
        diary_totalled.oldest_diary_on,
        coalesce(cases_totalled.unreviewed_count, 0) as unreviewed_count,
        review_rule.policy_row
    from every_officer
    cross join position
    cross join review_rule
    left join officers on every_officer.officer_id = officers.officer_id
    left join cases_totalled on every_officer.officer_id = cases_totalled.officer_id
    left join diary_totalled on every_officer.officer_id = diary_totalled.officer_id
)

select * from final
