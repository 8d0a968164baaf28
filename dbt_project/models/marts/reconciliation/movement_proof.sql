with

movements_split as (
    select * from {{ ref('int_movements_split') }}
),

open_items as (
    select
        debt_type,
        outstanding_amount
    from {{ ref('open_items') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- A blank debt type takes part like any other: it has a name while rows are matched.
months_moved as (
    select
        coalesce(debt_type, '') as debt_type,
        cast(date_trunc('month', effective_on) as date) as period_start,
        sum(case when movement_type = 'invoice' then amount else 0 end) as invoices,
        sum(case when movement_type = 'credit_note' then amount else 0 end) as credit_notes,
        sum(case when movement_type = 'receipt' then amount else 0 end) as receipts,
        sum(case when movement_type = 'receipt_reversal' then amount else 0 end) as reversals,
        sum(case when movement_type = 'refund' then amount else 0 end) as refunds,
        sum(case when movement_type = 'adjustment' then amount else 0 end) as adjustments,
        sum(case when movement_type = 'write_off' then amount else 0 end) as write_offs,
        sum(case when movement_type = 'write_back' then amount else 0 end) as write_backs,
        sum(amount) as net_movement
    from movements_split
    group by
        coalesce(debt_type, ''),
        cast(date_trunc('month', effective_on) as date)
),

first_months as (
    select
        debt_type,
        min(period_start) as period_start
    from months_moved
    group by debt_type
),

month_counts as (
    select
        first_months.debt_type,
        first_months.period_start,
        {{ months_spanned('first_months.period_start', 'position.as_of_date') }} as month_count
    from first_months
    cross join position
),

months_numbered as (
    select
        debt_type,
        period_start as first_period_start,
        {{ number_series('month_count') }} as month_no
    from month_counts
),

months as (
    select
        debt_type,
        {{ add_months('first_period_start', 'month_no - 1') }} as period_start
    from months_numbered
),

opened as (
    select
        coalesce(debt_type, '') as debt_type,
        sum(outstanding_amount) as outstanding_amount
    from open_items
    group by coalesce(debt_type, '')
),

rolled as (
    select
        position.as_of_date,
        position.known_at,
        months.debt_type,
        months.period_start,
        least(last_day(months.period_start), position.as_of_date) as period_end,
        coalesce(months_moved.invoices, 0) as invoices,
        coalesce(months_moved.credit_notes, 0) as credit_notes,
        coalesce(months_moved.receipts, 0) as receipts,
        coalesce(months_moved.reversals, 0) as reversals,
        coalesce(months_moved.refunds, 0) as refunds,
        coalesce(months_moved.adjustments, 0) as adjustments,
        coalesce(months_moved.write_offs, 0) as write_offs,
        coalesce(months_moved.write_backs, 0) as write_backs,
        coalesce(months_moved.net_movement, 0) as net_movement,
        sum(coalesce(months_moved.net_movement, 0)) over (
            partition by months.debt_type order by months.period_start nulls last
            rows between unbounded preceding and current row
        ) as running_balance
    from months
    cross join position
    left join months_moved
        on
            months.debt_type = months_moved.debt_type
            and months.period_start = months_moved.period_start
),

-- The last closing balance comes from the open items, so that the difference proves something.
closed as (
    select
        rolled.*,
        rolled.running_balance - rolled.net_movement as opening_balance,
        case
            when rolled.period_end = rolled.as_of_date then coalesce(opened.outstanding_amount, 0)
            else rolled.running_balance
        end as closing_balance
    from rolled
    left join opened on rolled.debt_type = opened.debt_type
),

final as (
    select
        as_of_date,
        known_at,
        period_start,
        period_end,
        nullif(debt_type, '') as debt_type,
        cast(opening_balance as decimal(18, 2)) as opening_balance,
        cast(invoices as decimal(18, 2)) as invoices,
        cast(credit_notes as decimal(18, 2)) as credit_notes,
        cast(receipts as decimal(18, 2)) as receipts,
        cast(reversals as decimal(18, 2)) as reversals,
        cast(refunds as decimal(18, 2)) as refunds,
        cast(adjustments as decimal(18, 2)) as adjustments,
        cast(write_offs as decimal(18, 2)) as write_offs,
        cast(write_backs as decimal(18, 2)) as write_backs,
        cast(closing_balance as decimal(18, 2)) as closing_balance,
        cast(opening_balance + net_movement - closing_balance as decimal(18, 2)) as difference
    from closed
)

select * from final
