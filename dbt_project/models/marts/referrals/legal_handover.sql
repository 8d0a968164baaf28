with

obstacles as (
    select * from {{ ref('int_referral_obstacles') }}
),

judged as (
    select * from {{ ref('int_claims_prepared') }}
),

gaps as (
    {{ reasons_against_referral('obstacles', 'judged') }}
    union all
    select
        invoice_id,
        'already_judged' as code,
        'judgment of ' || cast(judgment_on as string) as explanation
    from judged
    where judgment_on is not null
    union all
    select
        invoice_id,
        'no_letter_of_claim' as code,
        'no letter of claim was sent' as explanation
    from judged
    where letter_of_claim_sent_on is null
    union all
    select
        invoice_id,
        'no_address' as code,
        'name, first line of the address or postcode is not there' as explanation
    from judged
    where not is_address_there
    union all
    select
        invoice_id,
        'address_not_renewed' as code,
        'traced on ' || cast(traced_on as string)
        || ', but the debtor still stands with the address that he left' as explanation
    from judged
    where address_status = 'gone_away' and traced_on is not null
    union all
    select
        invoice_id,
        'no_company_number' as code,
        'the company number is not there' as explanation
    from judged
    where is_company_number_missing
    union all
    select
        invoice_id,
        'solvency_not_shown' as code,
        'whether the debtor can pay is to be looked into' as explanation
    from judged
    where is_solvency_doubted
    union all
    select
        invoice_id,
        'fee_unknown' as code,
        'policy gives no court fee, no fixed costs or no expected recovery for the claim'
            as explanation
    from judged
    where
        issue_fee_amount is null or fixed_costs_amount is null or expected_recovery_amount is null
    union all
    select
        invoice_id,
        'fee_not_worth_it' as code,
        'the court fee of ' || cast(issue_fee_amount as string)
        || ' is not smaller than the expected recovery of '
        || cast(expected_recovery_amount as string) as explanation
    from judged
    where issue_fee_amount >= expected_recovery_amount
),

listed as (
    select
        invoice_id,
        {{ sorted_list('code') }} as missing,
        {{ ordered_list('explanation', 'code', '; ') }} as explanation
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
            'not ready: ' || listed.explanation,
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
