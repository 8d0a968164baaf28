with

statements as (
    select * from {{ ref('stg_financial_statements') }}
),

debtors as (
    select
        debtor_id,
        party_id,
        party_type
    from {{ ref('stg_debtors') }}
),

open_debits as (
    select
        debtor_id,
        outstanding_amount
    from {{ ref('int_open_items') }}
    where not is_open_credit
),

every_account as (
    select debtor_id from debtors
    union
    select debtor_id from statements
),

-- Means are a person's, whichever of the person's accounts they were assessed on.
accounts as (
    select
        every_account.debtor_id,
        debtors.party_type,
        coalesce('party ' || debtors.party_id, 'debtor ' || every_account.debtor_id) as person
    from every_account
    left join debtors on every_account.debtor_id = debtors.debtor_id
),

ranked as (
    select
        accounts.person,
        statements.statement_id,
        statements.debtor_id as assessed_debtor_id,
        statements.assessed_on,
        statements.monthly_income,
        statements.monthly_essential_expenditure,
        statements.monthly_priority_payments,
        statements.monthly_savings,
        statements.number_of_creditors,
        statements.total_debt,
        statements.is_evidence_seen,
        statements.known_on,
        statements.source_file,
        statements.source_line,
        row_number() over (
            partition by accounts.person
            order by statements.assessed_on desc nulls last, statements.statement_id desc nulls last
        ) as place
    from statements
    inner join accounts on statements.debtor_id = accounts.debtor_id
),

-- Each account of the person counts with the person's latest statement.
accounts_assessed as (
    select
        accounts.debtor_id,
        accounts.party_type,
        ranked.*
    from accounts
    inner join ranked on accounts.person = ranked.person
    where ranked.place = 1
),

owed as (
    select
        accounts_assessed.debtor_id,
        cast(coalesce(sum(open_debits.outstanding_amount), 0) as decimal(18, 2)) as balance_amount
    from accounts_assessed
    left join open_debits on accounts_assessed.debtor_id = open_debits.debtor_id
    group by accounts_assessed.debtor_id
),

with_balance as (
    select
        accounts_assessed.*,
        owed.balance_amount
    from accounts_assessed
    inner join owed on accounts_assessed.debtor_id = owed.debtor_id
)

select * from with_balance
