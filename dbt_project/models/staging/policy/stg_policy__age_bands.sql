with

policy_rows as (
    {{ policy_rows('age_bands', key=['band'], columns=['upper', 'unit', 'sort']) }}
),

typed as (
    select
        policy_row,
        band,
        cast(upper as bigint) as upper_bound,
        unit,
        cast(sort as bigint) as sort_order,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
