with

policy_rows as (
    {{ policy_rows(
        'recovery_timetable',
        key=['stage', 'debt_type', 'party_type'],
        columns=['sort', 'not_before_days', 'after_previous_days', 'minimum_balance', 'usage', 'needs_officer']
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
        coalesce(nullif(usage, ''), 'used') as usage,
        nullif(needs_officer, '') as needs_officer,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
