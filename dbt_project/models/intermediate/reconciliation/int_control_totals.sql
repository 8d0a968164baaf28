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

every_total as (
    select
        'R01' as control_code,
        sum(case when is_last then closing_balance + difference else difference end)
            as expected_amount,
        sum(case when is_last then closing_balance else 0 end) as actual_amount,
        count(*) as row_count
    from periods
    union all
    select
        'R02' as control_code,
        sum(closed_before) as expected_amount,
        sum(opening_balance) as actual_amount,
        count(*) as row_count
    from periods
    union all
    select
        'R03' as control_code,
        sum(ledger_amount) as expected_amount,
        sum(open_amount) as actual_amount,
        count(*) as row_count
    from balances
    union all
    select
        'R05' as control_code,
        sum(open_amount) as expected_amount,
        sum(aged_amount) as actual_amount,
        count(*) as row_count
    from balances
    union all
    select
        'R07' as control_code,
        sum(allocated_amount - excess_amount - astray_amount) as expected_amount,
        sum(allocated_amount) as actual_amount,
        count(*) as row_count
    from allocations
),

typed as (
    select
        control_code,
        cast(expected_amount as decimal(18, 2)) as expected_amount,
        cast(actual_amount as decimal(18, 2)) as actual_amount,
        row_count
    from every_total
)

select * from typed
