{{ config(materialized="view") }}

with

arrangements as (
    select * from {{ ref('int_arrangements') }}
),

balances as (
    select
        arrangement_id,
        status
    from {{ ref('int_arrangement_balances') }}
    where status != 'not_evaluated'
),

terms as (
    select
        arrangement_id,
        agreed_on,
        cancelled_on
    from {{ ref('stg_arrangements') }}
),

arrangement_items as (
    select
        arrangement_id,
        item_no
    from {{ ref('int_arrangement_items') }}
    where not is_later_adjustment
),

breach_spells as (
    select * from {{ ref('int_breach_spells') }}
),

placements as (
    select
        placement_id,
        invoice_id,
        placed_on
    from {{ ref('stg_agency_placements') }}
),

remittances as (
    select
        placement_id,
        remitted_on,
        gross_amount
    from {{ ref('stg_agency_remittances') }}
),

items as (
    select
        item_no,
        queue_invoice_id as invoice_id,
        document_date,
        amount
    from {{ ref('int_debit_items') }}
),

allocations as (
    select
        credit_no,
        item_no,
        allocated_amount
    from {{ ref('int_allocations') }}
),

credits as (
    select
        credit_no,
        credited_on
    from {{ ref('int_credits_identified') }}
),

periods as (
    select * from {{ ref('int_kpi_periods') }}
),

-- An arrangement is completed by the last credit that settles its invoices.
completed as (
    select
        balances.arrangement_id,
        max(credits.credited_on) as completed_on
    from balances
    inner join arrangement_items on balances.arrangement_id = arrangement_items.arrangement_id
    inner join allocations on arrangement_items.item_no = allocations.item_no
    inner join credits on allocations.credit_no = credits.credit_no
    where balances.status = 'completed'
    group by balances.arrangement_id
),

lives as (
    select
        arrangements.arrangement_id,
        arrangements.agreed_on,
        completed.completed_on,
        least(
            coalesce(terms.cancelled_on, date '9999-12-31'),
            coalesce(later_terms.agreed_on, date '9999-12-31')
        ) as replaced_on
    from arrangements
    inner join balances on arrangements.arrangement_id = balances.arrangement_id
    inner join terms on arrangements.arrangement_id = terms.arrangement_id
    left join terms as later_terms on arrangements.superseded_by = later_terms.arrangement_id
    left join completed on arrangements.arrangement_id = completed.arrangement_id
),

standing as (
    select
        periods.period_kind,
        periods.period_no,
        periods.is_previous,
        periods.period_start,
        lives.arrangement_id,
        least(periods.period_end, {{ add_days('lives.replaced_on', -1) }}) as judged_on
    from periods
    inner join lives
        on periods.period_start > lives.agreed_on and periods.period_start < lives.replaced_on
    where
        periods.period_kind = 'month'
        and (lives.completed_on is null or lives.completed_on >= periods.period_start)
),

-- In breach the day before the month: not live at its start. In breach on the day it is judged by:
-- not kept.
judged as (
    select
        standing.period_kind,
        standing.period_no,
        standing.is_previous,
        standing.arrangement_id,
        coalesce(bool_or(
            breach_spells.breached_on < standing.period_start
            and coalesce(breach_spells.kept_again_on >= standing.period_start, true)
        ), false) as was_breached_before,
        coalesce(bool_or(
            breach_spells.breached_on <= standing.judged_on
            and coalesce(breach_spells.kept_again_on > standing.judged_on, true)
        ), false) as is_breached_after
    from standing
    left join breach_spells on standing.arrangement_id = breach_spells.arrangement_id
    group by
        standing.period_kind,
        standing.period_no,
        standing.is_previous,
        standing.arrangement_id
),

items_placed as (
    select
        placements.placement_id,
        placements.placed_on,
        items.item_no,
        items.amount
    from placements
    inner join items
        on
            placements.invoice_id = items.invoice_id
            and placements.placed_on >= items.document_date
),

settled_before as (
    select
        items_placed.placement_id,
        items_placed.item_no,
        sum(allocations.allocated_amount) as amount
    from items_placed
    inner join allocations on items_placed.item_no = allocations.item_no
    inner join credits on allocations.credit_no = credits.credit_no
    where credits.credited_on <= items_placed.placed_on
    group by
        items_placed.placement_id,
        items_placed.item_no
),

placed as (
    select
        items_placed.placement_id,
        items_placed.placed_on,
        sum(items_placed.amount - coalesce(settled_before.amount, 0)) as amount
    from items_placed
    left join settled_before
        on
            items_placed.placement_id = settled_before.placement_id
            and items_placed.item_no = settled_before.item_no
    group by
        items_placed.placement_id,
        items_placed.placed_on
),

-- Amounts placed and remitted, each with the day from which it counts.
agency_amounts as (
    select
        placed_on,
        placed_on as happened_on,
        amount as placed_amount,
        0 as remitted_amount
    from placed
    union all
    select
        placed.placed_on,
        remittances.remitted_on as happened_on,
        0 as placed_amount,
        remittances.gross_amount as remitted_amount
    from placed
    inner join remittances on placed.placement_id = remittances.placement_id
),

every_figure as (
    select
        'arrangements_kept' as kpi_code,
        period_kind,
        period_no,
        is_previous,
        sum(case when is_breached_after then 0 else 1 end) as numerator,
        count(*) as denominator
    from judged
    where not was_breached_before
    group by
        period_kind,
        period_no,
        is_previous
    union all
    select
        'agency_recovery' as kpi_code,
        periods.period_kind,
        periods.period_no,
        periods.is_previous,
        sum(agency_amounts.remitted_amount) as numerator,
        sum(agency_amounts.placed_amount) as denominator
    from periods
    inner join agency_amounts
        on
            periods.period_start <= agency_amounts.placed_on
            and periods.period_end >= agency_amounts.placed_on
            and periods.counted_to >= agency_amounts.happened_on
    group by
        periods.period_kind,
        periods.period_no,
        periods.is_previous
)

select * from every_figure
