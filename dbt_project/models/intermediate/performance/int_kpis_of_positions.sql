{{ config(materialized="view") }}

with

open_items as (
    select * from {{ ref('int_open_items') }}
    where not is_open_credit
),

invoices_arranged as (
    select
        invoice_id,
        arrangement_id
    from {{ ref('int_invoices_arranged') }}
),

open_credits as (
    select
        credit_id as receipt_id,
        credited_on,
        open_amount
    from {{ ref('int_open_credits') }}
    where debtor_id is null and credit_type = 'receipt'
),

suspense_notes as (
    select receipt_id from {{ ref('stg_suspense_notes') }}
),

holds as (
    select * from {{ ref('int_holds_reached') }}
    where hold_source = 'hold' and not is_protective
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

overdue as (
    select
        open_items.outstanding_amount,
        case when invoices_arranged.arrangement_id is null then 0 else 1 end as is_arranged
    from open_items
    cross join position
    left join invoices_arranged on open_items.invoice_id = invoices_arranged.invoice_id
    where {{ days_between('open_items.due_date', 'position.as_of_date') }} > 30
),

holds_running as (
    select
        holds.*,
        {{ days_between('holds.starts_on', 'position.as_of_date') }} as days_held
    from holds
    cross join position
    where holds.ends_on is null or holds.ends_on >= position.as_of_date
),

reached as (
    {{ reached_by_holds(
        'open_items',
        'holds_running',
        invoice_id='queue_invoice_id',
        dated_on='debt_date',
        columns=[
            'open_items.item_kind',
            'open_items.item_id',
            'open_items.outstanding_amount',
            'holds_running.days_held'
        ]
    ) }}
),

-- A debit under several holds counts once, from the earliest.
held as (
    select
        item_kind,
        item_id,
        outstanding_amount,
        max(days_held) as days_held
    from reached
    group by
        item_kind,
        item_id,
        outstanding_amount
),

in_suspense as (
    select
        open_credits.open_amount,
        {{ days_between('open_credits.credited_on', 'position.as_of_date') }} as days_in_suspense,
        suspense_notes.receipt_id is not null as is_noted
    from open_credits
    cross join position
    left join suspense_notes on open_credits.receipt_id = suspense_notes.receipt_id
),

every_figure as (
    select
        'debt_in_arrangements' as kpi_code,
        sum(outstanding_amount * is_arranged) as numerator,
        sum(outstanding_amount) as denominator
    from overdue
    union all
    select
        'suspense_over_30_days' as kpi_code,
        sum(open_amount) as numerator,
        null as denominator
    from in_suspense
    where days_in_suspense > 30 and not is_noted
    union all
    select
        'suspense_age' as kpi_code,
        sum(open_amount * days_in_suspense) as numerator,
        sum(open_amount) as denominator
    from in_suspense
    union all
    select
        'holds_over_30_days' as kpi_code,
        sum(outstanding_amount) as numerator,
        null as denominator
    from held
    where days_held > 30
    union all
    select
        'holds_age' as kpi_code,
        sum(outstanding_amount * days_held) as numerator,
        sum(outstanding_amount) as denominator
    from held
),

final as (
    select
        kpi_code,
        'as_of' as period_kind,
        cast(1 as bigint) as period_no,
        false as is_previous,
        numerator,
        denominator
    from every_figure
)

select * from final
