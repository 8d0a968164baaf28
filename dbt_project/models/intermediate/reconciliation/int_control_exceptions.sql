with

periods as (
    select * from {{ ref('int_periods_compared') }}
),

balances as (
    select * from {{ ref('int_balances_compared') }}
),

allocations as (
    select * from {{ ref('int_allocations_compared') }}
),

every_exception as (
    select
        'R01' as control_code,
        'period' as item_type,
        period_id as item_id,
        -difference as amount,
        'opening balance and movements do not add up to the closing balance' as explanation
    from periods
    where difference != 0
    union all
    select
        'R02' as control_code,
        'period' as item_type,
        period_id as item_id,
        opening_balance - closed_before as amount,
        'the opening balance differs from the closing balance of the period before' as explanation
    from periods
    where opening_balance != closed_before
    union all
    select
        'R03' as control_code,
        'debtor' as item_type,
        debtor_id as item_id,
        open_amount - ledger_amount as amount,
        'the open items do not add up to the balance of the movements' as explanation
    from balances
    where open_amount != ledger_amount
    union all
    select
        'R05' as control_code,
        'debtor' as item_type,
        debtor_id as item_id,
        aged_amount - open_amount as amount,
        'the aged debt differs from the total of the open items' as explanation
    from balances
    where aged_amount != open_amount
    union all
    select
        'R07' as control_code,
        item_type,
        item_id,
        excess_amount + astray_amount as amount,
        'allocated beyond its amount, or to another debtor' as explanation
    from allocations
    where excess_amount + astray_amount != 0
),

typed as (
    select
        control_code,
        item_type,
        item_id,
        cast(amount as decimal(18, 2)) as amount,
        explanation
    from every_exception
)

select * from typed
