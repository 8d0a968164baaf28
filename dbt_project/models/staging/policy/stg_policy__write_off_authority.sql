with

policy_rows as (
    {{ policy_rows(
        'write_off_authority',
        key=['band', 'debt_type', 'reason_code'],
        columns=[
            'amount_from',
            'amount_to',
            'lowest_role',
            'needs_checker',
            'needs_minute_reference',
        ]
    ) }}
),

typed as (
    select
        policy_row,
        band,
        nullif(debt_type, '') as debt_type,
        nullif(reason_code, '') as reason_code,
        cast(nullif(amount_from, '') as decimal(18, 2)) as amount_from,
        cast(nullif(amount_to, '') as decimal(18, 2)) as amount_to,
        lowest_role,
        cast(needs_checker as boolean) as needs_checker,
        cast(needs_minute_reference as boolean) as needs_minute_reference,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
