with

policy_rows as (
    {{ policy_rows('limitation_periods', key=['key', 'debt_type'], columns=['value', 'unit']) }}
),

typed as (
    select
        policy_row,
        key as rule,
        nullif(debt_type, '') as debt_type,
        value,
        unit,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
