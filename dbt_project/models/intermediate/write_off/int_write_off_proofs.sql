with

requests as (
    select * from {{ ref('int_write_off_requests') }}
),

reasons as (
    select * from {{ ref('int_write_off_reasons') }}
    where family in ('statute_barred', 'insolvency', 'deceased')
),

rules as (
    select * from {{ ref('int_write_off_rules') }}
),

evidence_keys as (
    select * from {{ ref('stg_policy__write_off_evidence_keys') }}
    where proves is not null
),

evidence as (
    select
        request_id,
        evidence_key,
        {{ day_written('evidence_value') }} as day_proven,
        replace(lower(trim(evidence_value)), ' ', '_') as outcome
    from {{ ref('stg_write_off_evidence') }}
),

invoices as (
    select * from {{ ref('int_invoices') }}
),

limitation as (
    select * from {{ ref('int_limitation_days') }}
),

orders_held as (
    select
        reached_debtor_id as debtor_id,
        max(order_date) as order_on
    from {{ ref('int_holds_reached') }}
    where hold_type = 'insolvency' and order_date is not null
    group by reached_debtor_id
),

debtors as (
    select * from {{ ref('stg_debtors') }}
),

receipts as (
    select receipt_id from {{ ref('stg_receipts') }}
    where method = 'direct_debit'
),

credits as (
    select * from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt' and amount > 0
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

-- What the evidence proves. A value that is not a date like 2026-06-30 proves only that there is
-- evidence.
proven as (
    select
        requests.request_id,
        max(case when evidence_keys.proves = 'order_date' then evidence.day_proven end) as order_on,
        sum(case when evidence.request_id is null then 1 else 0 end) as values_missing,
        bool_or(evidence_keys.proves = 'day_past' and evidence.day_proven > requests.judged_on)
            as is_day_to_come,
        bool_or(
            evidence_keys.proves = 'final_outcome'
            and {{ is_listed('rules.outcomes_not_final', 'evidence.outcome') }}
        ) as is_outcome_open
    from requests
    inner join rules on requests.request_id = rules.request_id
    inner join evidence_keys
        on
            requests.reason_code = evidence_keys.reason_code
            and {{ policy_in_force('evidence_keys', 'requests.judged_on') }}
    left join evidence
        on
            requests.request_id = evidence.request_id
            and evidence_keys.evidence_key = evidence.evidence_key
    group by requests.request_id
),

direct_debits as (
    select
        credits.debtor_id,
        max(credits.credited_on) as last_on
    from credits
    inner join receipts on credits.credit_id = receipts.receipt_id
    group by credits.debtor_id
),

gathered as (
    select
        requests.request_id,
        reasons.family,
        position.as_of_date,
        limitation.write_off_last_day as limitation_last_day,
        limitation.write_off_policy_row as limitation_policy_row,
        limitation.judgment_on,
        invoices.invoice_date,
        coalesce(proven.order_on, orders_held.order_on) as order_on,
        coalesce(proven.values_missing, 0) as values_missing,
        coalesce(proven.is_day_to_come, false) as is_day_to_come,
        coalesce(proven.is_outcome_open, false) as is_outcome_open,
        coalesce(debtors.date_of_death <= position.as_of_date, false) as is_death_known,
        case
            when
                {{ days_between('direct_debits.last_on', 'position.as_of_date') }}
                <= rules.direct_debit_active_days
                then direct_debits.last_on
        end as direct_debit_on
    from requests
    cross join position
    inner join reasons on requests.request_id = reasons.request_id
    inner join rules on requests.request_id = rules.request_id
    left join proven on requests.request_id = proven.request_id
    left join limitation on requests.invoice_id = limitation.invoice_id
    left join invoices on requests.invoice_id = invoices.invoice_id
    left join orders_held on requests.debtor_id = orders_held.debtor_id
    left join debtors on requests.debtor_id = debtors.debtor_id
    left join direct_debits on requests.debtor_id = direct_debits.debtor_id
),

final as (
    select
        gathered.*,
        judgment_on is not null or coalesce(as_of_date <= limitation_last_day, true)
            as is_not_barred,
        coalesce(invoice_date >= order_on, true)
        or values_missing > 0
        or is_day_to_come
        or is_outcome_open
            as is_insolvency_unproven,
        not is_death_known
        or values_missing > 0
        or is_outcome_open
        or direct_debit_on is not null
            as is_estate_open
    from gathered
)

select * from final
