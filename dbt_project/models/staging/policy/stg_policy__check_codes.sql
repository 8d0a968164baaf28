with

policy_rows as (
    {{ policy_rows(
        'check_codes',
        key=['check_code'],
        columns=[
            'description',
            'scope',
            'gate',
            'feeds_needed',
            'severity',
            'lesser_severity',
            'owner',
            'missing_feed',
        ]
    ) }}
),

typed as (
    select
        policy_row,
        check_code,
        description,
        scope,
        nullif(gate, '') as gate,
        nullif(feeds_needed, '') as feeds_needed,
        severity,
        nullif(lesser_severity, '') as lesser_severity,
        owner,
        -- The council's own row may leave this cell blank: the shipped value then applies.
        coalesce(
            nullif(missing_feed, ''), max(nullif(missing_feed, '')) over (partition by check_code)
        ) as missing_feed,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
