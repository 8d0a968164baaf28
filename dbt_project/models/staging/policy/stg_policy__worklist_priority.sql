with

policy_rows as (
    {{ policy_rows(
        'worklist_priority',
        key=['part', 'at_least'],
        columns=['points', 'unit']
    ) }}
),

typed as (
    select
        policy_row,
        part,
        cast(at_least as decimal(18, 2)) as at_least,
        cast(points as bigint) as points,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
