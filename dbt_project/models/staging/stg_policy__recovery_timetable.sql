with

policy_rows as (
    {{ policy_rows(
        'recovery_timetable',
        key=['stage', 'debt_type'],
        columns=[
            'sort',
            'not_before_days',
            'after_previous_days',
            'minimum_balance',
        ]
    ) }}
),

typed as (
    select
        policy_row,
        stage,
        nullif(debt_type, '') as debt_type,
        cast(sort as bigint) as sort_order,
        cast(nullif(not_before_days, '') as bigint) as not_before_days,
        cast(nullif(after_previous_days, '') as bigint) as after_previous_days,
        cast(nullif(minimum_balance, '') as decimal(18, 2)) as minimum_balance,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
