with

policy_rows as (
    {{ policy_rows('write_off_rules', key=['key'], columns=['value', 'unit']) }}
),

typed as (
    select
        policy_row,
        key as rule_name,
        value,
        unit,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
