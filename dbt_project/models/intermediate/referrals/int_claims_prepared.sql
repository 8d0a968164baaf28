{{ config(materialized="view") }}

with

referrals as (
    select * from {{ ref('int_referrals') }}
    where next_stage = 'legal_referral'
),

addresses as (
    select debtor_id
    from {{ ref('stg_debtor_addresses') }}
    where name != '' and address_line_1 is not null and postcode is not null
),

holds as (
    select
        reached_debtor_id as debtor_id,
        is_protective,
        starts_on,
        ends_on
    from {{ ref('int_holds_reached') }}
    where is_protective
),

receipts as (
    select
        receipt_id,
        method
    from {{ ref('stg_receipts') }}
),

credits as (
    select
        credit_id,
        debtor_id,
        amount
    from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt'
),

court_fees as (
    select * from {{ ref('stg_policy__court_fees') }}
),

legal_rules as (
    select * from {{ ref('stg_policy__legal_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

rules as (
    select
        {{ figure_of('legal_rules', 'limitation_days_left', 'bigint') }} as limitation_days_left,
        {{ figure_of('legal_rules', 'expected_recovery_pct', 'decimal(9, 6)') }}
            as expected_recovery_pct
    from position
    inner join legal_rules on {{ policy_in_force('legal_rules', 'position.as_of_date') }}
),

-- Any protection of the person and any dividend put solvency in doubt. The mart does not say which.
solvency_doubted as (
    select holds.debtor_id
    from holds
    cross join position
    where
        holds.starts_on <= position.as_of_date
        and (holds.ends_on is null or holds.ends_on >= position.as_of_date)
    union
    select credits.debtor_id
    from credits
    inner join receipts on credits.credit_id = receipts.receipt_id
    where receipts.method = 'insolvency_dividend' and credits.amount > 0
),

fees_ranked as (
    select
        referrals.invoice_id,
        court_fees.fee,
        court_fees.policy_row,
        coalesce(
            court_fees.amount,
            {{ share_of('referrals.outstanding_amount', 'court_fees.rate_pct') }}
        ) as fee_amount,
        row_number() over (
            partition by referrals.invoice_id, court_fees.fee
            order by court_fees.claim_from desc nulls last, court_fees.policy_row asc nulls last
        ) as place
    from referrals
    cross join position
    inner join court_fees
        on
            {{ policy_in_force('court_fees', 'position.as_of_date') }}
            and referrals.outstanding_amount >= court_fees.claim_from
            and referrals.outstanding_amount
            <= coalesce(court_fees.claim_to, referrals.outstanding_amount)
),

fees as (
    select
        invoice_id,
        max(case when fee = 'issue_fee' then fee_amount end) as issue_fee_amount,
        max(case when fee = 'issue_fee' then policy_row end) as issue_fee_policy_row,
        max(case when fee = 'fixed_costs' then fee_amount end) as fixed_costs_amount,
        max(case when fee = 'fixed_costs' then policy_row end) as fixed_costs_policy_row
    from fees_ranked
    where place = 1
    group by invoice_id
),

judged as (
    select
        referrals.*,
        position.as_of_date,
        position.known_at,
        rules.limitation_days_left as limitation_days_wanted,
        addresses.debtor_id is not null as is_address_there,
        referrals.party_type = 'business' and referrals.company_number is null
            as is_company_number_missing,
        solvency_doubted.debtor_id is not null as is_solvency_doubted,
        fees.issue_fee_amount,
        fees.issue_fee_policy_row,
        fees.fixed_costs_amount,
        fees.fixed_costs_policy_row,
        {{ share_of('referrals.outstanding_amount', 'rules.expected_recovery_pct') }}
            as expected_recovery_amount
    from referrals
    cross join position
    cross join rules
    left join addresses on referrals.debtor_id = addresses.debtor_id
    left join solvency_doubted on referrals.debtor_id = solvency_doubted.debtor_id
    left join fees on referrals.invoice_id = fees.invoice_id
)

select * from judged
