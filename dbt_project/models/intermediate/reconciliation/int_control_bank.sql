with

position as (
    select * from {{ ref('stg_position') }}
),

bank_lines as (
    select * from {{ ref('int_bank_lines') }}
),

matches as (
    select * from {{ ref('bank_matches') }}
),

receipts as (
    select
        receipt_id,
        received_on,
        method,
        bank_account
    from {{ ref('int_bank_receipts') }}
    where bank_account is not null and not is_misposted
),

rules as (
    select * from {{ ref('stg_policy__bank_matching_rules') }}
    where rule = 'methods_outside_bank'
),

accounted as (
    select * from {{ ref('int_receipts_accounted') }}
),

statements as (
    select
        bank_account,
        max(booked_on) as last_booked_on,
        sum(case when amount > 0 then amount else 0 end) as actual_amount,
        sum(case when amount > 0 then 1 else 0 end) as row_count
    from bank_lines
    group by bank_account
),

receipts_met as (
    select distinct
        bank_account,
        receipt_id,
        receipt_amount
    from matches
    where match_kind in ('exact', 'batch', 'split')
),

lines_decided as (
    select distinct
        bank_account,
        bank_transaction_id,
        bank_amount
    from matches
    where match_kind = 'decided' and bank_amount > 0
),

-- Unexplained lines and receipts, and other income, which is in neither side.
unmatched as (
    select
        bank_account,
        sum(case when match_kind = 'unexplained' then 1 else 0 end) as unexplained_count,
        sum(case when match_kind = 'other_income' then 1 else 0 end) as other_income_count,
        sum(case when match_kind = 'other_income' then bank_amount else 0 end)
            as other_income_amount
    from matches
    where match_kind in ('unexplained', 'other_income')
    group by bank_account
),

-- What the bank should have: matched receipts, deductions by the bank, differences that staff
-- accepted, lines that may still find a receipt, and receipts that should have arrived by now.
every_part as (
    select
        bank_account,
        receipt_amount as amount
    from receipts_met
    union all
    select
        bank_account,
        difference_amount as amount
    from matches
    where match_kind = 'batch' and difference_amount != 0
    union all
    select
        bank_account,
        bank_amount as amount
    from lines_decided
    union all
    select
        bank_account,
        bank_amount as amount
    from matches
    where match_kind = 'timing' and bank_transaction_id is not null
    union all
    select
        bank_account,
        receipt_amount as amount
    from matches
    where match_kind = 'unexplained' and bank_transaction_id is null
),

expected as (
    select
        bank_account,
        sum(amount) as amount
    from every_part
    group by bank_account
),

compared as (
    select
        statements.bank_account,
        statements.last_booked_on,
        statements.row_count,
        coalesce(expected.amount, 0) as expected_amount,
        statements.actual_amount - coalesce(unmatched.other_income_amount, 0) as actual_amount,
        coalesce(unmatched.unexplained_count, 0) as unexplained_count,
        coalesce(unmatched.other_income_count, 0) as other_income_count,
        cast(coalesce(unmatched.other_income_amount, 0) as decimal(18, 2)) as other_income_amount
    from statements
    left join expected on statements.bank_account = expected.bank_account
    left join unmatched on statements.bank_account = unmatched.bank_account
),

without_statement as (
    select distinct receipts.bank_account
    from receipts
    left join rules on {{ policy_in_force('rules', 'receipts.received_on') }}
    where
        receipts.bank_account not in (select statements.bank_account from statements)
        and not {{ is_listed("coalesce(rules.value, '')", 'receipts.method') }}
),

of_receipts as (
    select
        sum(expected_amount) as expected_amount,
        sum(accounted_amount) as actual_amount,
        count(*) as row_count,
        sum(case when expected_amount != accounted_amount then 1 else 0 end) as item_count
    from accounted
),

every_row as (
    select
        bank_account as account_code,
        expected_amount,
        actual_amount,
        row_count,
        case when actual_amount = expected_amount then 'agreed' else 'difference' end as status,
        'money received by the bank statement up to '
        || cast(last_booked_on as string) || ' against receipts, without timing differences'
        || case
            when other_income_count = 0 then ''
            else
                '; without other income of ' || cast(other_income_amount as string)
                || ' (lines: ' || cast(other_income_count as string) || ')'
        end
        || case
            when unexplained_count = 0 then ''
            else
                '; unexplained lines and receipts: ' || cast(unexplained_count as string)
                || case
                    when actual_amount = expected_amount then ', together nil' else ''
                end
        end as explanation,
        unexplained_count,
        other_income_count,
        other_income_amount
    from compared
    union all
    select
        without_statement.bank_account as account_code,
        cast(null as decimal(18, 2)) as expected_amount,
        cast(null as decimal(18, 2)) as actual_amount,
        0 as row_count,
        'no_data' as status,
        'receipts name the account, but no line of its statement has arrived' as explanation,
        cast(null as bigint) as unexplained_count,
        cast(null as bigint) as other_income_count,
        cast(null as decimal(18, 2)) as other_income_amount
    from without_statement
    where exists (select 1 from statements)
    union all
    select
        cast(null as string) as account_code,
        of_receipts.expected_amount,
        of_receipts.actual_amount,
        of_receipts.row_count,
        case when of_receipts.item_count > 0 then 'difference' else 'agreed' end as status,
        'receipts less reversals against their amounts allocated, open, in suspense or refunded'
            as explanation,
        cast(null as bigint) as unexplained_count,
        cast(null as bigint) as other_income_count,
        cast(null as decimal(18, 2)) as other_income_amount
    from of_receipts
    where of_receipts.row_count > 0 and exists (select 1 from statements)
    union all
    select
        cast(null as string) as account_code,
        cast(null as decimal(18, 2)) as expected_amount,
        cast(null as decimal(18, 2)) as actual_amount,
        0 as row_count,
        'no_data' as status,
        'no line of a bank statement has arrived' as explanation,
        cast(null as bigint) as unexplained_count,
        cast(null as bigint) as other_income_count,
        cast(null as decimal(18, 2)) as other_income_amount
    from position
    where not exists (select 1 from statements)
),

final as (
    select
        account_code,
        cast(expected_amount as decimal(18, 2)) as expected_amount,
        cast(actual_amount as decimal(18, 2)) as actual_amount,
        cast(row_count as bigint) as row_count,
        status,
        explanation,
        cast(unexplained_count as bigint) as unexplained_count,
        cast(other_income_count as bigint) as other_income_count,
        other_income_amount
    from every_row
)

select * from final
