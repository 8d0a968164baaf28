with

policy_rows as (
    {{ policy_rows('officer_roles', key=['role'], columns=['rank']) }}
),

typed as (
    select
        policy_row,
        role,
        cast(rank as bigint) as role_rank,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
