with

accounts as (
    select * from {{ ref('int_control_accounts') }}
),

parts as (
    select * from {{ ref('int_control_ledger_parts') }}
),

services as (
    select
        service_code,
        control_account_code
    from {{ ref('stg_services') }}
),

placed as (
    select
        parts.*,
        accounts.account_code as named_account_code,
        accounts.balance_date as named_balance_date
    from parts
    left join services on parts.service_code = services.service_code
    left join accounts on services.control_account_code = accounts.account_code
),

-- Only movements up to the day of the account's balance count; a credit could not settle a debit of
-- a later date.
cut as (
    select
        named_account_code as account_code,
        named_balance_date as balance_date,
        movement_type,
        movement_id,
        known_on,
        amount
    from placed
    where
        named_account_code is not null
        and effective_on <= named_balance_date
        and settled_document_on <= named_balance_date
    union all
    select
        accounts.account_code,
        accounts.balance_date,
        placed.movement_type,
        placed.movement_id,
        placed.known_on,
        placed.amount
    from placed
    inner join accounts
        on
            accounts.holds_rest
            and (
                placed.named_account_code is null
                or placed.settled_document_on > accounts.balance_date
            )
            and placed.effective_on <= accounts.balance_date
),

summed as (
    select
        account_code,
        movement_type,
        movement_id,
        known_on > balance_date as is_known_later,
        cast(sum(amount) as decimal(18, 2)) as amount
    from cut
    group by
        account_code,
        movement_type,
        movement_id,
        known_on > balance_date
)

select * from summed
where amount != 0
