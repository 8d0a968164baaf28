with

control_reconciliation as (
    select * from {{ ref('control_reconciliation') }}
    where status = 'difference'
),

exceptions as (
    select * from {{ ref('int_control_exceptions') }}
),

account_movements as (
    select * from {{ ref('int_control_account_movements') }}
),

bank_matches as (
    select * from {{ ref('bank_matches') }}
    where match_kind = 'unexplained'
),

accounted as (
    select * from {{ ref('int_receipts_accounted') }}
    where expected_amount != accounted_amount
),

position as (
    select * from {{ ref('stg_position') }}
),

-- In the sub-ledger by the day of the balance, but known only later: it may be missing from the
-- general ledger.
known_later as (
    select
        control_reconciliation.control_code,
        control_reconciliation.account_code,
        account_movements.movement_type as item_type,
        account_movements.movement_id as item_id,
        -account_movements.amount as amount,
        'dated on or before the day of the balance, known only later' as explanation
    from control_reconciliation
    inner join account_movements
        on control_reconciliation.account_code = account_movements.account_code
    where control_reconciliation.control_code = 'R04' and account_movements.is_known_later
),

explained as (
    select
        account_code,
        sum(amount) as amount
    from known_later
    group by account_code
),

unexplained as (
    select
        control_reconciliation.control_code,
        control_reconciliation.account_code,
        'unexplained' as item_type,
        'unexplained' as item_id,
        control_reconciliation.difference_amount - coalesce(explained.amount, 0) as amount,
        'not explained by movements that became known after the balance' as explanation
    from control_reconciliation
    left join explained on control_reconciliation.account_code = explained.account_code
    where
        control_reconciliation.control_code = 'R04'
        and control_reconciliation.difference_amount != coalesce(explained.amount, 0)
),

of_totals as (
    select
        exceptions.control_code,
        cast(null as string) as account_code,
        exceptions.item_type,
        exceptions.item_id,
        exceptions.amount,
        exceptions.explanation
    from exceptions
),

-- R06: lines without a receipt and receipts without a line, account by account; then receipts that
-- are accounted for with more or less than their amount.
of_bank as (
    select
        control_reconciliation.control_code,
        control_reconciliation.account_code,
        case
            when bank_matches.bank_transaction_id is null then 'receipt' else 'bank_transaction'
        end as item_type,
        coalesce(bank_matches.bank_transaction_id, bank_matches.receipt_id) as item_id,
        coalesce(bank_matches.bank_amount, -bank_matches.receipt_amount) as amount,
        bank_matches.reason || ' after ' || cast(bank_matches.days_waiting as string) || ' days'
            as explanation
    from control_reconciliation
    inner join bank_matches on control_reconciliation.account_code = bank_matches.bank_account
    where control_reconciliation.control_code = 'R06'
    union all
    select
        control_reconciliation.control_code,
        control_reconciliation.account_code,
        'receipt' as item_type,
        accounted.receipt_id as item_id,
        accounted.accounted_amount - accounted.expected_amount as amount,
        'the receipt is not accounted for with its full amount' as explanation
    from control_reconciliation
    cross join accounted
    where
        control_reconciliation.control_code = 'R06'
        and control_reconciliation.account_code is null
),

every_exception as (
    select * from known_later
    union all
    select * from unexplained
    union all
    select * from of_totals
    union all
    select * from of_bank
),

final as (
    select
        position.as_of_date,
        position.known_at,
        every_exception.control_code,
        every_exception.account_code,
        every_exception.item_type,
        every_exception.item_id,
        cast(every_exception.amount as decimal(18, 2)) as amount,
        every_exception.explanation
    from every_exception
    cross join position
)

select * from final
