with

open_invoices as (
    select
        invoice_id,
        debtor_id,
        stages_done
    from {{ ref('int_recovery_invoices') }}
),

stages as (
    select
        debtor_id,
        is_due,
        next_stage_on,
        blocked_by
    from {{ ref('recovery_stages') }}
),

open_items as (
    select
        debtor_id,
        invoice_id,
        item_kind,
        due_date,
        outstanding_amount,
        is_open_credit
    from {{ ref('int_open_items') }}
),

holds_on_debtors as (
    select
        reached_debtor_id as debtor_id,
        ends_on
    from {{ ref('int_holds_reached') }}
    where reached_debtor_id is not null
),

holds_on_invoices as (
    select
        invoice_id,
        ends_on
    from {{ ref('int_recovery_holds') }}
),

refused_rows as (
    select debtor_id from {{ ref('int_debtors_with_refused_rows') }}
),

actions as (
    select
        debtor_id,
        action_code,
        acted_on,
        outcome_code
    from {{ ref('stg_case_actions') }}
),

invoices as (
    select
        invoice_id,
        debtor_id,
        own_due_date
    from {{ ref('int_invoices') }}
    where not has_instalments
),

items as (
    select
        item_no,
        queue_invoice_id as invoice_id,
        amount
    from {{ ref('int_debit_items') }}
),

allocations as (
    select
        item_no,
        credit_no,
        allocated_amount
    from {{ ref('int_allocations') }}
),

credits as (
    select
        credit_no,
        credit_type,
        credit_id,
        debtor_id,
        credited_on
    from {{ ref('int_credits_identified') }}
),

reversals as (
    select
        receipt_id,
        reversed_on,
        reason_code
    from {{ ref('stg_receipt_reversals') }}
),

arrangement_invoices as (
    select invoice_id from {{ ref('stg_arrangement_invoices') }}
),

disputes as (
    select invoice_id from {{ ref('stg_disputes') }}
    where invoice_id is not null
),

promises as (
    select
        debtor_id,
        promised_on,
        status
    from {{ ref('promises') }}
),

warnings as (
    select
        debtor_id,
        oldest_missed_on,
        missed_count
    from {{ ref('arrangement_warnings') }}
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

rules_in_force as (
    select
        early_help_rules.rule,
        early_help_rules.value,
        early_help_rules.policy_row
    from early_help_rules
    inner join position on {{ policy_in_force('early_help_rules', 'position.as_of_date') }}
),

rules as (
    select
        {{ figure_of('rules_in_force', 'late_invoices', 'bigint') }} as late_invoices,
        {{ figure_of('rules_in_force', 'late_of_last_invoices', 'bigint') }}
            as late_of_last_invoices,
        {{ figure_of('rules_in_force', 'late_after_days', 'bigint') }} as late_after_days,
        {{ figure_of('rules_in_force', 'late_within_months', 'bigint') }} as late_within_months,
        {{ figure_of('rules_in_force', 'failed_direct_debit_days', 'bigint') }}
            as failed_direct_debit_days,
        {{ figure_of('rules_in_force', 'broken_promise_days', 'bigint') }} as broken_promise_days,
        {{ figure_of('rules_in_force', 'contact_from_points', 'bigint') }} as contact_from_points,
        {{ figure_of('rules_in_force', 'quiet_days', 'bigint') }} as quiet_days,
        {{ figure_of('rules_in_force', 'contacts') }} as contacts
    from rules_in_force
),

-- Whoever is held back for any reason, of whom something was refused, or who was spoken to lately.
left_alone as (
    select holds_on_debtors.debtor_id
    from holds_on_debtors
    cross join position
    where holds_on_debtors.ends_on is null or holds_on_debtors.ends_on >= position.as_of_date
    union
    select open_invoices.debtor_id
    from open_invoices
    inner join holds_on_invoices on open_invoices.invoice_id = holds_on_invoices.invoice_id
    cross join position
    where holds_on_invoices.ends_on is null or holds_on_invoices.ends_on >= position.as_of_date
    union
    select refused_rows.debtor_id
    from refused_rows
    where refused_rows.debtor_id is not null
    union
    select actions.debtor_id
    from actions
    cross join position
    cross join rules
    where
        {{ days_between('actions.acted_on', 'position.as_of_date') }} <= rules.quiet_days
        and {{ is_listed('rules.contacts', 'actions.action_code') }}
        and {{ action_counts('actions') }}
),

-- Recovery has begun once a stage was done on an open debt, is due, or somebody else pursues it.
pursued as (
    select debtor_id
    from open_invoices
    where stages_done != ''
    union
    select debtor_id
    from stages
    where
        is_due
        or blocked_by like '%agency_placement%'
        or blocked_by like '%legal_case%'
        or blocked_by like '%dispute%'
        or blocked_by like '%statutory_hold%'
        or blocked_by like '%incomplete_data%'
),

owing as (
    select
        open_items.debtor_id,
        cast(sum(open_items.outstanding_amount) as decimal(18, 2)) as open_amount,
        cast(sum(case
            when
                not open_items.is_open_credit and open_items.due_date < position.as_of_date
                then open_items.outstanding_amount
            else 0
        end) as decimal(18, 2)) as overdue_amount
    from open_items
    cross join position
    group by open_items.debtor_id
    having sum(open_items.outstanding_amount) > 0
),

candidates as (
    select
        owing.debtor_id,
        owing.open_amount,
        owing.overdue_amount
    from owing
    where
        owing.debtor_id not in (select left_alone.debtor_id from left_alone)
        and owing.debtor_id not in (select pursued.debtor_id from pursued)
),

next_stages as (
    select
        debtor_id,
        min(next_stage_on) as next_stage_on
    from stages
    group by debtor_id
),

-- An invoice under an arrangement or once disputed says nothing of how somebody pays.
invoices_looked_at as (
    select invoices.*
    from invoices
    inner join candidates on invoices.debtor_id = candidates.debtor_id
    cross join position
    cross join rules
    where
        invoices.own_due_date
        >= {{ add_months('position.as_of_date', '-1 * rules.late_within_months') }}
        and invoices.invoice_id not in (
            select arrangement_invoices.invoice_id from arrangement_invoices
        )
        and invoices.invoice_id not in (select disputes.invoice_id from disputes)
),

charged as (
    select
        invoices_looked_at.invoice_id,
        sum(items.amount) as amount
    from invoices_looked_at
    inner join items on invoices_looked_at.invoice_id = items.invoice_id
    group by invoices_looked_at.invoice_id
),

settled as (
    select
        invoices_looked_at.invoice_id,
        sum(allocations.allocated_amount) as amount,
        max(case when credits.credit_type = 'receipt' then credits.credited_on end) as paid_on
    from invoices_looked_at
    inner join items on invoices_looked_at.invoice_id = items.invoice_id
    inner join allocations on items.item_no = allocations.item_no
    inner join credits on allocations.credit_no = credits.credit_no
    group by invoices_looked_at.invoice_id
),

paid_invoices as (
    select
        invoices_looked_at.debtor_id,
        {{ days_between('invoices_looked_at.own_due_date', 'settled.paid_on') }} as days_late,
        row_number() over (
            partition by invoices_looked_at.debtor_id
            order by
                invoices_looked_at.own_due_date desc nulls last,
                invoices_looked_at.invoice_id desc nulls last
        ) as recency
    from invoices_looked_at
    inner join charged on invoices_looked_at.invoice_id = charged.invoice_id
    inner join settled on invoices_looked_at.invoice_id = settled.invoice_id
    where settled.amount = charged.amount and settled.paid_on is not null
),

late_patterns as (
    select
        paid_invoices.debtor_id,
        count(*) as invoice_count,
        sum(case when paid_invoices.days_late > rules.late_after_days then 1 else 0 end)
            as late_count,
        max(rules.late_invoices) as late_invoices,
        max(rules.late_after_days) as late_after_days
    from paid_invoices
    cross join rules
    where paid_invoices.recency <= rules.late_of_last_invoices
    group by paid_invoices.debtor_id
),

failed_direct_debits as (
    select
        credits.debtor_id,
        max(reversals.reversed_on) as reversed_on
    from reversals
    inner join credits on reversals.receipt_id = credits.credit_id
    cross join position
    cross join rules
    where
        credits.credit_type = 'receipt'
        and reversals.reason_code = 'dd_unpaid'
        and {{ days_between('reversals.reversed_on', 'position.as_of_date') }}
        <= rules.failed_direct_debit_days
    group by credits.debtor_id
),

broken_promises as (
    select
        promises.debtor_id,
        max(promises.promised_on) as promised_on
    from promises
    cross join position
    cross join rules
    where
        promises.status in ('broken', 'partly_kept')
        and {{ days_between('promises.promised_on', 'position.as_of_date') }}
        <= rules.broken_promise_days
    group by promises.debtor_id
),

overdue_instalments as (
    select
        open_items.debtor_id,
        open_items.invoice_id,
        count(*) as missed_count,
        min(open_items.due_date) as missed_on
    from open_items
    cross join position
    where open_items.item_kind = 'instalment' and open_items.due_date < position.as_of_date
    group by
        open_items.debtor_id,
        open_items.invoice_id
),

first_missed as (
    select
        debtor_id,
        missed_on
    from overdue_instalments
    where missed_count = 1
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
        || ' days late' as told
    from late_patterns
    where late_count >= late_invoices
    union all
    select
        debtor_id,
        'failed_direct_debit' as signal_code,
        'a direct debit came back unpaid on ' || cast(reversed_on as string) as told
    from failed_direct_debits
    union all
    select
        debtor_id,
        'broken_promise' as signal_code,
        'a promise for ' || cast(promised_on as string) || ' was not kept in full' as told
    from broken_promises
    union all
    select
        debtor_id,
        'first_missed_instalment' as signal_code,
        'a first instalment was missed, due on ' || cast(min(missed_on) as string) as told
    from first_missed
    group by debtor_id
),

pointed as (
    select
        signals.debtor_id,
        signals.signal_code,
        signals.told,
        cast(rules_in_force.value as bigint) as points,
        support_offers.support_code,
        support_offers.wording,
        rules_in_force.policy_row || ',' || support_offers.policy_row as policy_rows
    from signals
    cross join position
    inner join rules_in_force on 'points_' || signals.signal_code = rules_in_force.rule
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
        {{ ordered_list('told', 'signal_code', '; ') }} as told,
        {{ sorted_list('support_code') }} as support_codes,
        {{ ordered_list('wording', 'signal_code', '; ') }} as support_description,
        {{ ordered_list('policy_rows', 'signal_code', ',') }} as policy_rows
    from pointed
    group by debtor_id
),

final as (
    select
        position.as_of_date,
        position.known_at,
        gathered.debtor_id,
        gathered.signals,
        cast(gathered.points as bigint) as points,
        gathered.told as reason,
        gathered.support_codes,
        gathered.support_description,
        candidates.open_amount,
        candidates.overdue_amount,
        next_stages.next_stage_on,
        gathered.policy_rows
    from gathered
    inner join candidates on gathered.debtor_id = candidates.debtor_id
    cross join position
    cross join rules
    left join next_stages on gathered.debtor_id = next_stages.debtor_id
    where gathered.points >= rules.contact_from_points
)

select * from final
