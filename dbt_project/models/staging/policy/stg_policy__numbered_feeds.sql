with

policy_rows as (
    {{ policy_rows('numbered_feeds', key=['key'], columns=['basis']) }}
),

typed as (
    select
        policy_row,
        key as feed,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
