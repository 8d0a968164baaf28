with

position as (
    select * from {{ ref('stg_position') }}
),

movements as (
    select
        movement_id,
        movement_type,
        debtor_id,
        coalesce(undone_id, movement_id) as receipt_id,
        effective_on,
        -amount as amount
    from {{ ref('ledger_movements') }}
    where movement_type in ('receipt', 'receipt_reversal', 'refund')
),

identified as (
    select * from {{ ref('int_suspense_identified') }}
),

in_suspense as (
    select coalesce(sum(amount), 0) as amount
    from {{ ref('suspense') }}
),

-- For a receipt that was identified later, reversals before that day happened in suspense; the
-- remainder left suspense on that day.
of_identified as (
    select
        movements.receipt_id,
        movements.movement_type,
        movements.effective_on,
        movements.amount,
        identified.identified_on
    from movements
    inner join identified on movements.receipt_id = identified.receipt_id
    where
        movements.debtor_id is not null
        and (
            movements.movement_type = 'receipt'
            or movements.effective_on < identified.identified_on
        )
),

every_movement as (
    select
        movement_type,
        effective_on,
        amount
    from movements
    where debtor_id is null
    union all
    select
        movement_type,
        effective_on,
        amount
    from of_identified
    union all
    select
        'identified' as movement_type,
        identified_on as effective_on,
        -amount as amount
    from of_identified
),

months_moved as (
    select
        cast(date_trunc('month', effective_on) as date) as period_start,
        sum(case when movement_type = 'receipt' then amount else 0 end) as received,
        sum(case when movement_type = 'identified' then amount else 0 end) as identifications,
        sum(case when movement_type = 'receipt_reversal' then amount else 0 end) as reversals,
        sum(case when movement_type = 'refund' then amount else 0 end) as refunds,
        sum(amount) as net_movement
    from every_movement
    group by cast(date_trunc('month', effective_on) as date)
),

first_month as (
    select min(period_start) as period_start from months_moved
),

months_numbered as (
    select
        first_month.period_start as first_period_start,
        {{ number_series(months_spanned('first_month.period_start', 'position.as_of_date')) }}
            as month_no
    from first_month
    cross join position
    where first_month.period_start is not null
),

months as (
    select {{ add_months('first_period_start', 'month_no - 1') }} as period_start
    from months_numbered
),

rolled as (
    select
        position.as_of_date,
        position.known_at,
        months.period_start,
        least(last_day(months.period_start), position.as_of_date) as period_end,
        coalesce(months_moved.received, 0) as received,
        coalesce(months_moved.identifications, 0) as identifications,
        coalesce(months_moved.reversals, 0) as reversals,
        coalesce(months_moved.refunds, 0) as refunds,
        coalesce(months_moved.net_movement, 0) as net_movement,
        sum(coalesce(months_moved.net_movement, 0)) over (
            order by months.period_start nulls last
            rows between unbounded preceding and current row
        ) as running_balance
    from months
    cross join position
    left join months_moved on months.period_start = months_moved.period_start
),

-- The last closing balance comes from the suspense items, so that the difference proves something.
closed as (
    select
        rolled.*,
        rolled.running_balance - rolled.net_movement as opening_balance,
        case
            when rolled.period_end = rolled.as_of_date then in_suspense.amount
            else rolled.running_balance
        end as closing_balance
    from rolled
    cross join in_suspense
),

final as (
    select
        as_of_date,
        known_at,
        period_start,
        period_end,
        cast(opening_balance as decimal(18, 2)) as opening_balance,
        cast(received as decimal(18, 2)) as received,
        cast(identifications as decimal(18, 2)) as identifications,
        cast(reversals as decimal(18, 2)) as reversals,
        cast(refunds as decimal(18, 2)) as refunds,
        cast(closing_balance as decimal(18, 2)) as closing_balance,
        cast(opening_balance + net_movement - closing_balance as decimal(18, 2)) as difference
    from closed
)

select * from final
