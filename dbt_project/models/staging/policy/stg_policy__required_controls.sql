with

policy_rows as (
    {{ policy_rows('required_controls', key=['key'], columns=['basis']) }}
),

typed as (
    select
        policy_row,
        key as check_code,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
