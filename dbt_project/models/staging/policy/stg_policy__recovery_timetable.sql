with

policy_rows as (
    {{ policy_rows(
        'recovery_timetable',
        key=['stage', 'debt_type', 'party_type'],
        columns=['sort', 'not_before_days', 'after_previous_days', 'minimum_balance', 'standing', 'officer_sees_to']
    ) }}
),

typed as (
    select
        policy_row,
        stage,
        nullif(debt_type, '') as debt_type,
        nullif(party_type, '') as party_type,
        cast(sort as bigint) as sort_order,
        cast(nullif(not_before_days, '') as bigint) as not_before_days,
        cast(nullif(after_previous_days, '') as bigint) as after_previous_days,
        cast(nullif(minimum_balance, '') as decimal(18, 2)) as minimum_balance,
        coalesce(nullif(standing, ''), 'used') as standing,
        nullif(officer_sees_to, '') as officer_sees_to,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
