{{ config(materialized="view") }}

with

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

arrangement_invoices as (
    select invoice_id from {{ ref('stg_arrangement_invoices') }}
),

disputes as (
    select invoice_id from {{ ref('stg_disputes') }}
    where invoice_id is not null
),

position as (
    select * from {{ ref('stg_position') }}
),

candidates as (
    select * from {{ ref('int_early_contact_candidates') }}
),

rules as (
    select * from {{ ref('int_early_help_rules') }}
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
)

select * from late_patterns
