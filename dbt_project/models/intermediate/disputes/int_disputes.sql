with

disputes as (
    select * from {{ ref('stg_disputes') }}
),

invoices as (
    select
        invoice_id,
        debtor_id,
        service_code,
        gross_amount
    from {{ ref('int_invoices') }}
),

open_items as (
    select * from {{ ref('int_open_items') }}
    where not is_open_credit
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

open_by_debtor as (
    select
        debtor_id,
        sum(outstanding_amount) as outstanding_amount
    from open_items
    group by debtor_id
),

open_by_invoice as (
    select
        queue_invoice_id as invoice_id,
        sum(outstanding_amount) as outstanding_amount
    from open_items
    where queue_invoice_id is not null
    group by queue_invoice_id
),

-- A decision dated after the run's day does not count yet.
judged as (
    select
        disputes.dispute_id,
        disputes.debtor_id,
        disputes.invoice_id,
        invoices.service_code,
        disputes.kind,
        disputes.stage,
        disputes.category,
        disputes.root_cause,
        disputes.raised_on,
        disputes.response_due_on,
        disputes.resolved_on,
        case when disputes.resolved_on is not null then disputes.outcome end as outcome,
        case when disputes.resolved_on is not null then disputes.remedy_amount end
            as remedy_amount,
        disputes.resolved_on is null as is_open,
        coalesce(disputes.resolved_on, position.as_of_date) as answered_on,
        case
            when disputes.kind = 'complaint' then disputes.disputed_amount
            when disputes.disputed_amount is not null then disputes.disputed_amount
            when disputes.invoice_id is not null then invoices.gross_amount
            else coalesce(open_by_debtor.outstanding_amount, 0)
        end as disputed_amount,
        case
            when disputes.invoice_id is not null
                then coalesce(open_by_invoice.outstanding_amount, 0)
            else coalesce(open_by_debtor.outstanding_amount, 0)
        end as outstanding_amount
    from disputes
    cross join position
    left join invoices on disputes.invoice_id = invoices.invoice_id
    left join open_by_debtor on disputes.debtor_id = open_by_debtor.debtor_id
    left join open_by_invoice on disputes.invoice_id = open_by_invoice.invoice_id
)

select * from judged
