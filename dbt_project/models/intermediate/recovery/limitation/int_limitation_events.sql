with

debts as (
    select
        invoice_id,
        debtor_id
    from {{ ref('int_limitation_periods') }}
),

items as (
    select * from {{ ref('int_debit_items') }}
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
        received_on,
        method
    from {{ ref('stg_receipts') }}
),

actions as (
    select
        action_id,
        debtor_id,
        invoice_id,
        acted_on
    from {{ ref('stg_case_actions') }} as every_action
    where action_code = 'acknowledgment' and {{ action_counts('every_action') }}
),

action_invoices as (
    select * from {{ ref('stg_case_action_invoices') }}
),

limitation_periods as (
    select * from {{ ref('stg_policy__limitation_periods') }}
    where rule = 'methods_that_do_not_restart' and debt_type is null
),

-- Dividends, and money that the council moved or set off itself, are not payments by the debtor.
methods_used as (
    select distinct method from receipts
),

methods_of_the_council as (
    select
        methods_used.method,
        limitation_periods.effective_from,
        limitation_periods.effective_to
    from methods_used
    inner join limitation_periods
        on {{ is_listed('limitation_periods.value', 'methods_used.method') }}
),

receipts_of_the_council as (
    select receipts.receipt_id
    from receipts
    inner join methods_of_the_council as methods
        on
            receipts.method = methods.method
            and {{ policy_in_force('methods', 'receipts.received_on') }}
),

items_owed as (
    select
        item_no,
        queue_invoice_id as invoice_id
    from items
    where queue_invoice_id in (select debts.invoice_id from debts)
),

paid_of_them as (
    select
        credit_no,
        item_no
    from allocations
    where item_no in (select items_owed.item_no from items_owed)
),

payments as (
    select
        items_owed.invoice_id,
        credits.credited_on as happened_on
    from paid_of_them
    inner join items_owed on paid_of_them.item_no = items_owed.item_no
    inner join credits on paid_of_them.credit_no = credits.credit_no
    where
        credits.credit_id not in (
            select receipts_of_the_council.receipt_id from receipts_of_the_council
        )
),

every_event as (
    select
        invoice_id,
        happened_on,
        'part_payment' as cause
    from payments
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

-- Of a payment and an acknowledgment on one day, the acknowledgment is listed.
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
