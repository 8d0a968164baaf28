with

policy_rows as (
    {{ policy_rows(
        'court_fees',
        key=['fee', 'tier'],
        columns=['claim_from', 'claim_to', 'amount', 'rate_pct']
    ) }}
),

typed as (
    select
        policy_row,
        fee,
        tier,
        cast(nullif(claim_from, '') as decimal(18, 2)) as claim_from,
        cast(nullif(claim_to, '') as decimal(18, 2)) as claim_to,
        cast(nullif(amount, '') as decimal(18, 2)) as amount,
        cast(nullif(rate_pct, '') as decimal(9, 6)) as rate_pct,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
