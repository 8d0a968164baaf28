with

policy_rows as (
    {{ policy_rows('reference_masks', key=['pattern', 'kind'], columns=['check_digit']) }}
),

typed as (
    select
        policy_row,
        pattern,
        kind,
        nullif(check_digit, '') as check_digit,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
