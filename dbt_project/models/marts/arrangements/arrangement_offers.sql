with

needed as (
    select * from {{ ref('int_arrangement_offers_judged') }}
),

explained as (
    select
        needed.*,
        cast(amount as string) || ' is open on ' || cast(invoice_count as string)
        || case when invoice_count = 1 then ' invoice' else ' invoices' end
        || ' at or past ' || replace(stages_reached, ',', ', ') as debt_text,
        case
            when statement_status = 'incomplete'
                then
                    '; the financial statement of ' || cast(assessed_on as string)
                    || ' does not have what an offer needs, so an officer decides'
            when statement_status = 'out_of_date'
                then
                    '; the financial statement of ' || cast(assessed_on as string)
                    || ' was valid until ' || cast(valid_until as string)
                    || ', so standard terms apply and a new one is needed'
            when statement_status = 'none'
                then
                    '; nothing is known about means, so standard terms of up to '
                    || cast(length_without_evidence as string) || ' months'
            else '; by the financial statement of ' || cast(assessed_on as string)
        end as basis_text,
        case
            when offer_kind = 'by_officer'
                then '; no instalment is proposed: an officer decides'
            else
                '; ' || cast(instalment_amount as string) || ' a month, '
                || cast(instalment_count as string)
                || case when instalment_count = 1 then ' instalment' else ' instalments' end
                || ' from ' || cast(first_due_on as string)
                || coalesce(' to ' || cast(last_due_on as string), ', for more than a century')
        end as terms_text,
        case when offer_kind = 'token' then '; a token payment, to be reviewed' else '' end
        || case
            when not is_within_cap
                then
                    '; longer than ' || cast(length_hard_cap as string)
                    || ' months: a manager approves'
            else ''
        end
        || case
            when evidence_needed like '%proof_of_means%'
                then
                    '; longer than ' || cast(length_without_evidence as string)
                    || ' months: proof of income and spending is needed'
            else ''
        end
        || case
            when not is_before_limitation
                then
                    '; would end after '
                    || coalesce(cast(must_end_by as string), 'a day that policy does not give')
                    || ', too near the end of limitation: get a written acknowledgment first'
            else ''
        end as limits_text
    from needed
),

final as (
    select
        as_of_date,
        known_at,
        debtor_id,
        invoice_ids,
        invoice_count,
        stages_reached,
        amount,
        basis,
        offer_kind,
        case when instalment_amount is not null then 'monthly' end as frequency,
        cast(instalment_amount as decimal(18, 2)) as instalment_amount,
        instalment_count,
        cast(amount - (instalment_count - 1) * instalment_amount as decimal(18, 2))
            as last_instalment_amount,
        first_due_on,
        last_due_on,
        is_within_length,
        is_within_cap,
        is_before_limitation,
        must_end_by,
        evidence_needed,
        approval_needed,
        statement_id,
        debt_text || basis_text || terms_text || limits_text as reason,
        policy_rows
    from explained
)

select * from final
