with

gl_balances as (
    select * from {{ ref('stg_gl_balances') }}
    where account_type = 'debtors_control'
),

services as (
    select
        service_code,
        control_account_code
    from {{ ref('stg_services') }}
    where control_account_code is not null
),

latest as (
    select * from (
        select
            account_code,
            balance_date,
            balance,
            row_number()
                over (partition by account_code order by balance_date desc nulls last)
                as recency
        from gl_balances
    ) as ranked
    where recency = 1
),

named as (
    select distinct control_account_code as account_code
    from services
),

-- An account that services name has nothing to compare with if no balance is known.
every_account as (
    select
        latest.account_code,
        latest.balance_date,
        latest.balance,
        named.account_code is not null as is_named
    from latest
    left join named on latest.account_code = named.account_code
    union all
    select
        named.account_code,
        cast(null as date) as balance_date,
        cast(null as decimal(18, 2)) as balance,
        true as is_named
    from named
    left join latest on named.account_code = latest.account_code
    where latest.account_code is null
),

counted as (
    select
        every_account.*,
        sum(case when is_named then 0 else 1 end) over () as unnamed_count,
        count(*) over () as account_count
    from every_account
),

-- At most one account is named by no service: it takes everything else. If there is only one
-- account, it takes everything.
judged as (
    select
        account_code,
        balance_date,
        balance,
        case
            when is_named then unnamed_count = 0 and account_count = 1
            else unnamed_count = 1
        end as holds_rest,
        not is_named and unnamed_count > 1 as is_ambiguous
    from counted
)

select * from judged
