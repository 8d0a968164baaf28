with

policy_rows as (
    {{ policy_rows(
        'agency_panel',
        key=['agency_id', 'debt_type', 'party_type'],
        columns=['usage', 'preference']
    ) }}
),

typed as (
    select
        policy_row,
        nullif(agency_id, '') as agency_id,
        nullif(debt_type, '') as debt_type,
        nullif(party_type, '') as party_type,
        coalesce(nullif(usage, ''), 'used') as usage,
        cast(nullif(preference, '') as bigint) as preference,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
