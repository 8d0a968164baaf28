with

position as (
    select * from {{ ref('stg_position') }}
),

accounts as (
    select * from {{ ref('int_control_accounts') }}
),

ledgers as (
    select
        account_code,
        sum(amount) as amount
    from {{ ref('int_control_account_movements') }}
    group by account_code
),

totals as (
    select * from {{ ref('int_control_totals') }}
),

exceptions as (
    select
        control_code,
        count(*) as item_count
    from {{ ref('int_control_exceptions') }}
    group by control_code
),

bank as (
    select * from {{ ref('int_control_bank') }}
),

-- R04, account by account: the general ledger balance beside the sub-ledger of the same day.
compared as (
    select
        accounts.account_code,
        accounts.balance_date,
        accounts.is_ambiguous,
        accounts.balance as actual_amount,
        case when accounts.balance is not null then coalesce(ledgers.amount, 0) end
            as expected_amount
    from accounts
    left join ledgers on accounts.account_code = ledgers.account_code
),

of_accounts as (
    select
        'R04' as control_code,
        account_code,
        expected_amount,
        actual_amount,
        case
            when actual_amount is null then 'no_data'
            when is_ambiguous or actual_amount != expected_amount then 'difference'
            else 'agreed'
        end as status,
        case
            when actual_amount is null
                then 'services name the account, but no balance of it has arrived'
            when is_ambiguous
                then 'several accounts are not named by any service: name them on the services'
            else
                'general ledger balance against the sub-ledger on '
                || cast(balance_date as string)
        end as explanation
    from compared
    union all
    select
        'R04' as control_code,
        cast(null as string) as account_code,
        cast(null as decimal(18, 2)) as expected_amount,
        cast(null as decimal(18, 2)) as actual_amount,
        'no_data' as status,
        'no balance of a debtors control account has arrived' as explanation
    from position
    where not exists (select 1 from accounts)
),

of_totals as (
    select
        totals.control_code,
        cast(null as string) as account_code,
        coalesce(totals.expected_amount, 0) as expected_amount,
        coalesce(totals.actual_amount, 0) as actual_amount,
        case
            when totals.row_count = 0 then 'no_data'
            when coalesce(exceptions.item_count, 0) > 0 then 'difference'
            else 'agreed'
        end as status,
        case totals.control_code
            when 'R01' then 'closing balances against opening balances and movements'
            when 'R02' then 'opening balances against closing balances of the period before'
            when 'R03' then 'open items against movements, debtor by debtor'
            when 'R05' then 'aged debt against open items, debtor by debtor'
            else 'allocations against the amounts of credits and items, within one debtor'
        end as explanation
    from totals
    left join exceptions on totals.control_code = exceptions.control_code
),

of_ledger as (
    select * from of_accounts
    union all
    select * from of_totals
),

every_control as (
    select
        of_ledger.*,
        cast(null as bigint) as unexplained_count,
        cast(null as bigint) as other_income_count,
        cast(null as decimal(18, 2)) as other_income_amount
    from of_ledger
    union all
    select
        'R06' as control_code,
        account_code,
        expected_amount,
        actual_amount,
        status,
        explanation,
        unexplained_count,
        other_income_count,
        other_income_amount
    from bank
),

final as (
    select
        position.as_of_date,
        position.known_at,
        every_control.control_code,
        every_control.account_code,
        cast(every_control.expected_amount as decimal(18, 2)) as expected_amount,
        cast(every_control.actual_amount as decimal(18, 2)) as actual_amount,
        cast(every_control.actual_amount - every_control.expected_amount as decimal(18, 2))
            as difference_amount,
        every_control.status,
        every_control.explanation,
        every_control.unexplained_count,
        every_control.other_income_count,
        every_control.other_income_amount
    from every_control
    cross join position
)

select * from final
