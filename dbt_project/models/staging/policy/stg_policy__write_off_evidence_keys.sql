with

policy_rows as (
    {{ policy_rows(
        'write_off_evidence_keys',
        key=['reason_code', 'evidence_key'],
        columns=[
            'proves',
        ]
    ) }}
),

typed as (
    select
        policy_row,
        reason_code,
        evidence_key,
        nullif(proves, '') as proves,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
