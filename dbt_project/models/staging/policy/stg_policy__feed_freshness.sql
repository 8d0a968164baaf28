with

policy_rows as (
    {{ policy_rows('feed_freshness', key=['key'], columns=['value', 'unit']) }}
),

typed as (
    select
        policy_row,
        key as feed,
        cast(value as bigint) as agreed_days,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
