with

actions as (
    select
        debtor_id,
        action_code,
        invoice_ids,
        amount
    from {{ ref('recovery_worklist') }}
),

stages as (
    select
        invoice_id,
        debtor_id,
        next_stage,
        next_stage_on,
        is_due,
        blocked_by
    from {{ ref('recovery_stages') }}
),

open_items as (
    select
        invoice_id,
        debtor_id,
        outstanding_amount
    from {{ ref('open_items') }}
    where outstanding_amount > 0 and item_kind in ('invoice', 'instalment', 'adjustment')
),

refused_rows as (
    select distinct debtor_id from {{ ref('int_debtors_with_refused_rows') }}
    where debtor_id is not null
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

outgoing as (
    select * from {{ ref('int_outgoing_work_checked') }}
),

checks as (
    select check_codes.check_code
    from {{ ref('stg_policy__check_codes') }} as check_codes
    inner join position on {{ policy_in_force('check_codes', 'position.as_of_date') }}
    where
        check_codes.check_code in (
            'C07', 'C08', 'C09', 'C10', 'C11', 'C12', 'C13', 'C14', 'C15', 'C16'
        )
),

-- Invoices that an action names, by looking each of the debtor's up in its list.
pursued as (
    select
        actions.debtor_id,
        actions.action_code,
        stages.invoice_id,
        stages.next_stage,
        stages.next_stage_on,
        coalesce(',' || stages.blocked_by || ',', '') as blocked_by
    from actions
    inner join stages
        on
            actions.debtor_id = stages.debtor_id
            and instr(',' || actions.invoice_ids || ',', ',' || stages.invoice_id || ',') > 0
),

balances as (
    select
        pursued.debtor_id,
        pursued.action_code,
        sum(open_items.outstanding_amount) as amount
    from pursued
    inner join open_items
        on
            pursued.invoice_id = open_items.invoice_id
            and pursued.debtor_id = open_items.debtor_id
    group by
        pursued.debtor_id,
        pursued.action_code
),

due as (
    select distinct debtor_id
    from stages
    where is_due
),

findings as (
    select
        'C07' as check_code,
        actions.debtor_id
    from actions
    inner join refused_rows on actions.debtor_id = refused_rows.debtor_id
    union all
    select
        'C08' as check_code,
        debtor_id
    from pursued
    where blocked_by like '%,statutory_hold,%'
    union all
    select
        'C09' as check_code,
        debtor_id
    from pursued
    where blocked_by like '%,hold,%' or blocked_by like '%,dispute,%'
    union all
    select
        'C10' as check_code,
        debtor_id
    from pursued
    where
        blocked_by like '%,live_arrangement,%'
        or blocked_by like '%,breach_notice,%'
        or blocked_by like '%,agency_placement,%'
        or blocked_by like '%,legal_case,%'
        or blocked_by like '%,open_credit,%'
    union all
    select
        'C11' as check_code,
        debtor_id
    from pursued
    where next_stage is null or next_stage != action_code
    union all
    select
        'C12' as check_code,
        pursued.debtor_id
    from pursued
    cross join position
    where pursued.next_stage_on is null or pursued.next_stage_on > position.as_of_date
    union all
    select
        'C13' as check_code,
        debtor_id
    from actions
    group by debtor_id
    having count(*) > 1
    union all
    select
        'C14' as check_code,
        actions.debtor_id
    from actions
    left join balances
        on
            actions.debtor_id = balances.debtor_id
            and actions.action_code = balances.action_code
    where coalesce(actions.amount != balances.amount, true)
    union all
    select
        'C15' as check_code,
        debtor_id
    from due
    where debtor_id not in (select actions.debtor_id from actions)
    union all
    select
        'C15' as check_code,
        debtor_id
    from actions
    where debtor_id not in (select due.debtor_id from due)
),

every_finding as (
    select * from findings
    union all
    select
        'C16' as check_code,
        debtor_id
    from outgoing
),

found as (
    select
        check_code,
        count(distinct debtor_id) as exceptions
    from every_finding
    group by check_code
),

population as (
    select count(*) as action_count from actions
),

final as (
    select
        checks.check_code,
        population.action_count as population,
        coalesce(found.exceptions, 0) as exceptions,
        cast(0 as decimal(18, 2)) as exceptions_value,
        true as is_blocking
    from checks
    cross join population
    left join found on checks.check_code = found.check_code
)

select * from final
