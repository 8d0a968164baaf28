{{ config(materialized="view") }}

with

open_items as (
    select * from {{ ref('int_open_items') }}
),

credits as (
    select * from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt'
),

reversals as (
    select * from {{ ref('stg_receipt_reversals') }}
),

promises as (
    select * from {{ ref('promises') }}
),

warnings as (
    select * from {{ ref('arrangement_warnings') }}
),

early_help_rules as (
    select * from {{ ref('stg_policy__early_help_rules') }}
),

support_offers as (
    select * from {{ ref('stg_policy__support_offers') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

late_patterns as (
    select * from {{ ref('int_late_payments_counted') }}
),

rules as (
    select * from {{ ref('int_early_help_rules') }}
),

first_missed as (
    select
        open_items.debtor_id,
        min(open_items.due_date) as missed_on
    from open_items
    cross join position
    where open_items.item_kind = 'instalment' and open_items.due_date < position.as_of_date
    group by
        open_items.debtor_id,
        open_items.invoice_id
    having count(*) = 1
    union all
    select
        debtor_id,
        oldest_missed_on as missed_on
    from warnings
    where missed_count = 1
),

signals as (
    select
        debtor_id,
        'late_payment_pattern' as signal_code,
        cast(late_count as string) || ' of the last ' || cast(invoice_count as string)
        || ' paid invoices were paid more than ' || cast(late_after_days as string)
        || ' days late' as explanation
    from late_patterns
    where late_count >= late_invoices
    union all
    select
        credits.debtor_id,
        'failed_direct_debit' as signal_code,
        'a direct debit came back unpaid on ' || cast(max(reversals.reversed_on) as string)
            as explanation
    from reversals
    inner join credits on reversals.receipt_id = credits.credit_id
    cross join position
    cross join rules
    where
        reversals.reason_code = 'dd_unpaid'
        and {{ days_between('reversals.reversed_on', 'position.as_of_date') }}
        <= rules.failed_direct_debit_days
    group by credits.debtor_id
    union all
    select
        promises.debtor_id,
        'broken_promise' as signal_code,
        'a promise for ' || cast(max(promises.promised_on) as string)
        || ' was not kept in full' as explanation
    from promises
    cross join position
    cross join rules
    where
        promises.status in ('broken', 'partly_kept')
        and {{ days_between('promises.promised_on', 'position.as_of_date') }}
        <= rules.broken_promise_days
    group by promises.debtor_id
    union all
    select
        debtor_id,
        'first_missed_instalment' as signal_code,
        'a first instalment was missed, due on ' || cast(min(missed_on) as string) as explanation
    from first_missed
    group by debtor_id
),

pointed as (
    select
        signals.debtor_id,
        signals.signal_code,
        signals.explanation,
        cast(early_help_rules.value as bigint) as points,
        support_offers.support_code,
        support_offers.wording,
        early_help_rules.policy_row || ',' || support_offers.policy_row as policy_rows
    from signals
    cross join position
    inner join early_help_rules
        on
            'points_' || signals.signal_code = early_help_rules.rule
            and {{ policy_in_force('early_help_rules', 'position.as_of_date') }}
    inner join support_offers
        on
            signals.signal_code = support_offers.signal_code
            and {{ policy_in_force('support_offers', 'position.as_of_date') }}
),

gathered as (
    select
        debtor_id,
        {{ sorted_list('signal_code') }} as signals,
        sum(points) as points,
        {{ ordered_list('explanation', 'signal_code', '; ') }} as explanation,
        {{ sorted_list('support_code') }} as support_codes,
        {{ ordered_list('wording', 'signal_code', '; ') }} as support_description,
        {{ ordered_list('policy_rows', 'signal_code', ',') }} as policy_rows
    from pointed
    group by debtor_id
)

select * from gathered
