with

debts as (
    select
        invoice_id,
        debtor_id
    from {{ ref('int_limitation_periods') }}
),

items as (
    select
        item_no,
        queue_invoice_id
    from {{ ref('int_debit_items') }}
),

allocations as (
    select
        credit_no,
        item_no
    from {{ ref('int_allocations') }}
    where allocation_rule != 'oldest_first'
),

credits as (
    select
        credit_no,
        credit_id,
        credited_on
    from {{ ref('int_credits_identified') }}
    where credit_type = 'receipt'
),

receipts as (
    select
        receipt_id,
        method
    from {{ ref('stg_receipts') }}
),

actions as (
    select
        action_id,
        debtor_id,
        invoice_id,
        acted_on
    from {{ ref('stg_case_actions') }}
    where
        action_code = 'acknowledgment'
        and (outcome_code is null or outcome_code not in ('failed', 'returned', 'withdrawn'))
),

action_invoices as (
    select
        action_id,
        invoice_id
    from {{ ref('stg_case_action_invoices') }}
),

limitation_periods as (
    select * from {{ ref('stg_policy__limitation_periods') }}
    where rule = 'methods_that_do_not_restart' and debt_type is null
),

payments as (
    select
        debts.invoice_id,
        credits.credited_on as happened_on,
        receipts.method
    from debts
    inner join items on debts.invoice_id = items.queue_invoice_id
    inner join allocations on items.item_no = allocations.item_no
    inner join credits on allocations.credit_no = credits.credit_no
    inner join receipts on credits.credit_id = receipts.receipt_id
),

-- Dividends, and money that the council moved or set off itself, are not the debtor's payment.
payments_judged as (
    select
        payments.invoice_id,
        payments.happened_on,
        coalesce(
            ' ' || limitation_periods.value || ' ' like '% ' || payments.method || ' %', false
        ) as is_of_the_council
    from payments
    left join limitation_periods
        on {{ policy_in_force('limitation_periods', 'payments.happened_on') }}
),

every_event as (
    select
        invoice_id,
        happened_on,
        'part_payment' as cause
    from payments_judged
    where not is_of_the_council
    union all
    select
        debts.invoice_id,
        actions.acted_on as happened_on,
        'acknowledgment' as cause
    from actions
    inner join debts
        on actions.invoice_id = debts.invoice_id and actions.debtor_id = debts.debtor_id
    union all
    select
        debts.invoice_id,
        actions.acted_on as happened_on,
        'acknowledgment' as cause
    from actions
    inner join action_invoices on actions.action_id = action_invoices.action_id
    inner join debts
        on action_invoices.invoice_id = debts.invoice_id and actions.debtor_id = debts.debtor_id
),

-- Of a payment and an acknowledgment on one day, the acknowledgment is told.
by_day as (
    select
        invoice_id,
        happened_on,
        min(cause) as cause
    from every_event
    group by
        invoice_id,
        happened_on
)

select * from by_day
