with

policy_rows as (
    {{ policy_rows('masked_words', key=['key'], columns=['basis']) }}
),

typed as (
    select
        policy_row,
        key as word,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
