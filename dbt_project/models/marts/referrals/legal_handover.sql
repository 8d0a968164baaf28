with

referrals as (
    select * from {{ ref('int_referrals') }}
    where next_stage = 'legal_referral'
),

obstacles as (
    select
        invoice_id,
        obstacle,
        told
    from {{ ref('int_referral_obstacles') }}
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

-- Any protection of the person and any dividend make solvency a question; which is not told.
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
),

gaps as (
    select
        obstacles.invoice_id,
        obstacles.obstacle as code,
        obstacles.told
    from obstacles
    inner join referrals on obstacles.invoice_id = referrals.invoice_id
    union all
    select
        invoice_id,
        'limitation_short' as code,
        cast(limitation_days_left as string) || ' days of limitation left of '
        || cast(limitation_days_wanted as string) as told
    from judged
    where not is_barred and coalesce(limitation_days_left < limitation_days_wanted, true)
    union all
    select
        invoice_id,
        'already_judged' as code,
        'judgment of ' || cast(judgment_on as string) as told
    from judged
    where judgment_on is not null
    union all
    select
        invoice_id,
        'no_letter_of_claim' as code,
        'no letter of claim was sent' as told
    from judged
    where letter_of_claim_sent_on is null
    union all
    select
        invoice_id,
        'no_address' as code,
        'name, first line of the address or postcode is not there' as told
    from judged
    where not is_address_there
    union all
    select
        invoice_id,
        'address_not_renewed' as code,
        'traced on ' || cast(traced_on as string)
        || ', but the debtor still stands with the address that he left' as told
    from judged
    where address_status = 'gone_away' and traced_on is not null
    union all
    select
        invoice_id,
        'no_company_number' as code,
        'the company number is not there' as told
    from judged
    where is_company_number_missing
    union all
    select
        invoice_id,
        'solvency_not_shown' as code,
        'whether the debtor can pay is to be looked into' as told
    from judged
    where is_solvency_doubted
    union all
    select
        invoice_id,
        'fee_unknown' as code,
        'policy gives no court fee, no fixed costs or no expected recovery for the claim' as told
    from judged
    where
        issue_fee_amount is null or fixed_costs_amount is null or expected_recovery_amount is null
    union all
    select
        invoice_id,
        'fee_not_worth_it' as code,
        'the court fee of ' || cast(issue_fee_amount as string)
        || ' is not smaller than the expected recovery of '
        || cast(expected_recovery_amount as string) as told
    from judged
    where issue_fee_amount >= expected_recovery_amount
),

listed as (
    select
        invoice_id,
        {{ sorted_list('code') }} as missing,
        {{ ordered_list('told', 'code', '; ') }} as told
    from gaps
    group by invoice_id
),

final as (
    select
        judged.as_of_date,
        judged.known_at,
        judged.invoice_id,
        judged.debtor_id,
        judged.debt_type,
        judged.party_type,
        judged.outstanding_amount,
        judged.next_stage_on,
        listed.invoice_id is null as is_ready,
        listed.missing,
        judged.limitation_last_day,
        judged.limitation_days_left,
        judged.letter_of_claim_sent_on,
        judged.reply_window_ends_on,
        not judged.is_solvency_doubted
        and not coalesce(judged.is_company_number_missing, false)
            as is_solvency_shown,
        case
            when not judged.is_address_there then 'missing'
            when judged.address_status != 'gone_away' then judged.address_status
            when judged.traced_on is null then 'gone_away'
            else 'gone_away_traced'
        end as address_check,
        judged.traced_on,
        judged.issue_fee_amount,
        judged.fixed_costs_amount,
        judged.expected_recovery_amount,
        coalesce(judged.issue_fee_amount < judged.expected_recovery_amount, false)
            as is_fee_below_recovery,
        judged.next_stage_policy_row as policy_row,
        judged.limitation_policy_row,
        judged.reply_policy_row,
        judged.issue_fee_policy_row,
        judged.fixed_costs_policy_row,
        coalesce(
            'not ready: ' || listed.told,
            'due since ' || cast(judged.next_stage_on as string) || '; claim '
            || cast(judged.outstanding_amount as string) || ', court fee '
            || cast(judged.issue_fee_amount as string) || ', fixed costs '
            || cast(judged.fixed_costs_amount as string) || '; issue by '
            || cast(judged.limitation_last_day as string)
        ) as reason
    from judged
    left join listed on judged.invoice_id = listed.invoice_id
)

select * from final
