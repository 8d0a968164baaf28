with

policy_rows as (
    {{ policy_rows('bank_holidays', key=['holiday_on'], columns=['holiday_name']) }}
),

typed as (
    select
        policy_row,
        cast(holiday_on as date) as holiday_on,
        holiday_name,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
