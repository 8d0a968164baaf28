with

referrals as (
    select * from {{ ref('int_referrals') }}
),

agency_rules as (
    select * from {{ ref('stg_policy__agency_rules') }}
),

legal_rules as (
    select * from {{ ref('stg_policy__legal_rules') }}
),

actions as (
    select
        debtor_id,
        action_code
    from {{ ref('recovery_worklist') }}
),

refused_rows as (
    select
        feed,
        invoice_id
    from {{ ref('int_refused_rows_not_healed') }}
    where {{ is_feed_of('feed', feeds_that_refer()) }}
),

files_missing as (
    select feed from {{ ref('int_files_judged') }}
    where is_missing and {{ is_file_of('feed', feeds_that_refer()) }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

check_rules as (
    select
        {{ figure_of('agency_rules', 'safeguarding_check_asked_of') }} as safeguarding_asked_of,
        {{ figure_of('agency_rules', 'safeguarding_check_valid_months', 'bigint') }}
            as safeguarding_valid_months
    from position
    inner join agency_rules on {{ policy_in_force('agency_rules', 'position.as_of_date') }}
),

trace_rules as (
    select {{ figure_of('legal_rules', 'trace_valid_months', 'bigint') }} as trace_valid_months
    from position
    inner join legal_rules on {{ policy_in_force('legal_rules', 'position.as_of_date') }}
),

judged as (
    select
        referrals.*,
        position.as_of_date,
        {{ is_still_valid(
            'referrals.safeguarding_checked_on', 'check_rules.safeguarding_valid_months'
        ) }} as is_safeguarding_checked,
        coalesce(
            {{ is_listed('check_rules.safeguarding_asked_of', 'referrals.debt_type') }},
            false
        ) as is_safeguarding_asked,
        {{ is_still_valid('referrals.traced_on', 'trace_rules.trace_valid_months') }} as is_traced
    from referrals
    cross join position
    cross join check_rules
    cross join trace_rules
),

-- A refused row without a readable invoice, or a refused file, may concern every debt.
rows_missing as (
    select * from refused_rows
    union all
    select
        feed,
        cast(null as string) as invoice_id
    from files_missing
),

incomplete as (
    select
        judged.invoice_id,
        {{ sorted_list('rows_missing.feed') }} as feeds
    from judged
    inner join rows_missing
        on judged.invoice_id = coalesce(rows_missing.invoice_id, judged.invoice_id)
    group by judged.invoice_id
),

blocked as (
    select
        invoice_id,
        {{ each_listed('blocked_by') }} as obstacle
    from judged
    where blocked_by is not null
),

every_obstacle as (
    select
        invoice_id,
        obstacle,
        replace(obstacle, '_', ' ') as explanation
    from blocked
    union all
    select
        invoice_id,
        'stage_not_due' as obstacle,
        coalesce(
            'the stage is due on ' || cast(next_stage_on as string),
            'the stage has no date while a hold without an end date applies'
        ) as explanation
    from judged
    where next_stage_on is null or next_stage_on > as_of_date
    union all
    select
        invoice_id,
        'statute_barred' as obstacle,
        'barred since the day after ' || cast(limitation_last_day as string) as explanation
    from judged
    where is_barred
    union all
    select
        invoice_id,
        'limitation_unknown' as obstacle,
        'policy gives no limitation period' as explanation
    from judged
    where limitation_last_day is null
    union all
    select
        invoice_id,
        'reply_window_running' as obstacle,
        coalesce(
            'the reply window ends on ' || cast(reply_window_ends_on as string),
            'policy gives no reply window'
        ) as explanation
    from judged
    where
        letter_of_claim_sent_on is not null
        and (reply_window_ends_on is null or reply_window_ends_on >= as_of_date)
    union all
    select
        invoice_id,
        'documents_outstanding' as obstacle,
        'requested documents are not supplied' as explanation
    from judged
    where is_waiting_for_documents
    union all
    select
        invoice_id,
        'no_safeguarding_check' as obstacle,
        coalesce(
            'the safeguarding check of ' || cast(safeguarding_checked_on as string)
            || ' is no longer valid',
            'no safeguarding check is recorded'
        ) as explanation
    from judged
    where is_safeguarding_asked and not is_safeguarding_checked
    union all
    select
        invoice_id,
        'gone_away' as obstacle,
        coalesce(
            'gone away, and the trace of ' || cast(traced_on as string) || ' is no longer valid',
            'gone away, and no trace is recorded'
        ) as explanation
    from judged
    where address_status = 'gone_away' and not is_traced
    union all
    select
        invoice_id,
        'address_withheld' as obstacle,
        'the address is withheld' as explanation
    from judged
    where address_status = 'withheld'
    union all
    select
        invoice_id,
        'quoted_in_suspense' as obstacle,
        'receipt ' || quoted_by_receipt_id || ' in suspense quotes the invoice' as explanation
    from judged
    where quoted_by_receipt_id is not null
    union all
    select
        invoice_id,
        'incomplete_referrals' as obstacle,
        'a row that was refused may concern it: ' || replace(feeds, ',', ', ') as explanation
    from incomplete
    union all
    select
        judged.invoice_id,
        'other_action_today' as obstacle,
        'the action of the debtor today is '
        || replace(actions.action_code, '_', ' ') as explanation
    from judged
    inner join actions on judged.debtor_id = actions.debtor_id
    where judged.next_stage != actions.action_code
)

select * from every_obstacle
