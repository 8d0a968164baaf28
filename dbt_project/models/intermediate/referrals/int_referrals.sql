with

stages as (
    select * from {{ ref('recovery_stages') }}
    where next_stage in ('agency_referral', 'legal_referral')
),

limitation as (
    select
        invoice_id,
        claim_last_day,
        claim_days_left,
        is_barred_for_claims,
        claim_policy_row,
        judgment_on
    from {{ ref('limitation_clock') }}
),

debtors as (
    select
        debtor_id,
        case
            when party_id is null or party_id = '' then 'account ' || debtor_id
            else 'party ' || party_id
        end as person,
        coalesce(nullif(address_status, ''), 'ok') as address_status,
        nullif(company_number, '') as company_number
    from {{ ref('stg_debtors') }}
),

stages_done as (
    select
        invoice_id,
        done_on
    from {{ ref('int_stages_done') }}
    where stage = 'letter_of_claim'
),

actions as (
    select * from {{ ref('stg_case_actions') }}
),

legal_rules as (
    select * from {{ ref('stg_policy__legal_rules') }}
),

quotes as (
    select * from {{ ref('int_quotes_in_suspense') }}
),

answered as (
    select * from {{ ref('int_claim_letters_answered') }}
),

actions_counted as (
    select * from actions
    where {{ action_counts('actions') }}
),

-- Checks and traces are of a person, whichever of his accounts the action names.
checks as (
    select
        debtors.person,
        max(case when checks_made.action_code = 'vulnerability_check' then checks_made.acted_on end)
            as vulnerability_checked_on,
        max(case when checks_made.action_code = 'safeguarding_check' then checks_made.acted_on end)
            as safeguarding_checked_on,
        max(case when checks_made.action_code = 'trace' then checks_made.acted_on end) as traced_on
    from actions_counted as checks_made
    inner join debtors on checks_made.debtor_id = debtors.debtor_id
    where
        checks_made.action_code in ('vulnerability_check', 'safeguarding_check', 'trace')
        and (
            checks_made.outcome_code is null
            or checks_made.outcome_code not in ('not_reached', 'refused')
        )
    group by debtors.person
),

letters as (
    select
        stages.invoice_id,
        stages.debtor_id,
        stages.party_type,
        stages_done.done_on as sent_on
    from stages
    inner join stages_done on stages.invoice_id = stages_done.invoice_id
),

protocol as (
    select
        letters.invoice_id,
        max(legal_rules.value) as party_types
    from letters
    inner join legal_rules
        on
            legal_rules.rule = 'protocol_party_types'
            and {{ policy_in_force('legal_rules', 'letters.sent_on') }}
    group by letters.invoice_id
),

-- What starts a period in which nothing is done, and the policy figure for its length.
windows_begun as (
    select
        letters.invoice_id,
        letters.sent_on as began_on,
        case
            when
                letters.party_type is null
                or {{ is_listed(
                    'coalesce(protocol.party_types, letters.party_type)', 'letters.party_type'
                ) }}
                then 'reply_window_individual'
            else 'reply_window_company'
        end as rule
    from letters
    left join protocol on letters.invoice_id = protocol.invoice_id
    union all
    select
        invoice_id,
        documents_supplied_on as began_on,
        'reply_window_documents' as rule
    from answered
    where documents_supplied_on >= documents_asked_on
    union all
    select
        invoice_id,
        replied_on as began_on,
        'notice_before_issue' as rule
    from answered
    where replied_on is not null
),

windows as (
    select
        windows_begun.invoice_id,
        legal_rules.policy_row,
        {{ add_days('windows_begun.began_on', 'legal_rules.value') }} as ends_on
    from windows_begun
    inner join legal_rules
        on
            windows_begun.rule = legal_rules.rule
            and {{ policy_in_force('legal_rules', 'windows_begun.began_on') }}
),

windows_ranked as (
    select
        windows.*,
        row_number() over (
            partition by invoice_id
            order by ends_on desc nulls first, policy_row asc nulls last
        ) as place
    from windows
),

last_windows as (
    select * from windows_ranked
    where place = 1
),

quoted as (
    select
        stages.invoice_id,
        min(quotes.receipt_id) as receipt_id
    from stages
    inner join quotes on lower(stages.invoice_id) = quotes.quoted
    group by stages.invoice_id
),

final as (
    select
        stages.invoice_id,
        stages.debtor_id,
        stages.debt_type,
        stages.party_type,
        stages.balance as outstanding_amount,
        stages.next_stage,
        stages.next_stage_on,
        stages.next_stage_policy_row,
        stages.blocked_by,
        limitation.claim_last_day as limitation_last_day,
        limitation.claim_days_left as limitation_days_left,
        limitation.is_barred_for_claims as is_barred,
        limitation.claim_policy_row as limitation_policy_row,
        limitation.judgment_on,
        stages_done.done_on as letter_of_claim_sent_on,
        last_windows.ends_on as reply_window_ends_on,
        last_windows.policy_row as reply_policy_row,
        coalesce(
            answered.documents_asked_on is not null
            and (
                answered.documents_supplied_on is null
                or answered.documents_supplied_on < answered.documents_asked_on
            ),
            false
        ) as is_waiting_for_documents,
        coalesce(debtors.address_status, 'ok') as address_status,
        debtors.company_number,
        checks.vulnerability_checked_on,
        checks.safeguarding_checked_on,
        checks.traced_on,
        quoted.receipt_id as quoted_by_receipt_id
    from stages
    left join limitation on stages.invoice_id = limitation.invoice_id
    left join stages_done on stages.invoice_id = stages_done.invoice_id
    left join last_windows on stages.invoice_id = last_windows.invoice_id
    left join answered on stages.invoice_id = answered.invoice_id
    left join debtors on stages.debtor_id = debtors.debtor_id
    left join checks on debtors.person = checks.person
    left join quoted on stages.invoice_id = quoted.invoice_id
)

select * from final
