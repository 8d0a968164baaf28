with

policy_rows as (
    {{ policy_rows('casework_rules', key=['key'], columns=['value', 'unit']) }}
),

typed as (
    select
        policy_row,
        key as rule,
        value,
        unit,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
