with

judged_with_agency as (
    select * from {{ ref('int_agency_placements_judged') }}
),

final as (
    select
        as_of_date,
        known_at,
        invoice_id,
        debtor_id,
        debt_type,
        party_type,
        outstanding_amount,
        next_stage_on,
        is_proposed,
        refusal_reasons,
        case when is_proposed then agency_id end as agency_id,
        case when is_proposed then commission_expected_amount end
            as commission_expected_amount,
        limitation_last_day,
        limitation_days_left,
        letter_of_claim_sent_on,
        reply_window_ends_on,
        next_stage_policy_row as policy_row,
        reply_policy_row,
        case when is_proposed then agency_policy_row end as agency_policy_row,
        case
            when not is_proposed then 'not proposed: ' || refusal_text
            else
                'due since ' || cast(next_stage_on as string) || '; '
                || agency_id || ' keeps '
                || cast(commission_expected_amount as string) || ' if it collects all'
                || case
                    when is_collecting then '; it collects from the debtor already'
                    else ''
                end
        end as reason
    from judged_with_agency
)

select * from final
