{{ config(materialized="view") }}

with

int_invoices as (
    select * from {{ ref('int_invoices') }}
),

stg_invoices as (
    select * from {{ ref('stg_invoices') }}
),

items as (
    select
        item_no,
        queue_invoice_id,
        item_kind,
        amount
    from {{ ref('int_debit_items') }}
),

allocations as (
    select * from {{ ref('int_allocations') }}
),

credits as (
    select
        credit_no,
        credit_type
    from {{ ref('int_credits_identified') }}
),

invoices_arranged as (
    select * from {{ ref('int_invoices_arranged') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

adjusted as (
    select
        queue_invoice_id as invoice_id,
        sum(amount) as amount
    from items
    where item_kind = 'adjustment' and queue_invoice_id is not null
    group by queue_invoice_id
),

settled as (
    select
        items.queue_invoice_id as invoice_id,
        sum(case when credits.credit_type = 'receipt' then allocations.allocated_amount else 0 end)
            as paid_amount,
        sum(
            case when credits.credit_type = 'write_off' then allocations.allocated_amount else 0 end
        )
            as written_off_amount,
        sum(case
            when credits.credit_type in ('receipt', 'write_off') then 0
            else allocations.allocated_amount
        end) as credited_amount
    from allocations
    inner join items on allocations.item_no = items.item_no
    inner join credits on allocations.credit_no = credits.credit_no
    where items.queue_invoice_id is not null
    group by items.queue_invoice_id
),

final as (
    select
        position.as_of_date,
        position.known_at,
        int_invoices.invoice_id,
        int_invoices.debtor_id,
        int_invoices.debt_type,
        int_invoices.service_code,
        int_invoices.invoice_date,
        int_invoices.own_due_date,
        int_invoices.due_date,
        stg_invoices.net_amount,
        stg_invoices.vat_amount,
        int_invoices.gross_amount,
        cast(coalesce(adjusted.amount, 0) as decimal(18, 2)) as adjusted_amount,
        cast(coalesce(settled.paid_amount, 0) as decimal(18, 2)) as paid_amount,
        cast(coalesce(settled.credited_amount, 0) as decimal(18, 2)) as credited_amount,
        cast(coalesce(settled.written_off_amount, 0) as decimal(18, 2)) as written_off_amount,
        cast(
            int_invoices.gross_amount + coalesce(adjusted.amount, 0)
            - coalesce(settled.paid_amount, 0) - coalesce(settled.credited_amount, 0)
            - coalesce(settled.written_off_amount, 0)
            as decimal(18, 2)
        ) as outstanding_amount,
        int_invoices.has_instalments,
        int_invoices.replaces_invoice_id,
        invoices_arranged.arrangement_id,
        stg_invoices.source_file,
        stg_invoices.source_line
    from int_invoices
    inner join stg_invoices on int_invoices.invoice_id = stg_invoices.invoice_id
    cross join position
    left join adjusted on int_invoices.invoice_id = adjusted.invoice_id
    left join settled on int_invoices.invoice_id = settled.invoice_id
    left join invoices_arranged on int_invoices.invoice_id = invoices_arranged.invoice_id
)

select * from final
