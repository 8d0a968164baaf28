with

policy_rows as (
    {{ policy_rows('check_thresholds', key=['check_code', 'key'], columns=['value', 'unit']) }}
),

typed as (
    select
        policy_row,
        check_code,
        key as threshold,
        value,
        unit,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
