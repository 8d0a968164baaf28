with

invoices as (
    select
        invoice_id,
        debtor_id,
        debt_type,
        party_type
    from {{ ref('int_recovery_invoices') }}
),

timetables as (
    select distinct
        debt_type,
        party_type
    from {{ ref('int_timetables') }}
),

holds as (
    select * from {{ ref('int_recovery_holds') }}
),

arrangements as (
    select * from {{ ref('int_arrangement_balances') }}
),

arrangements_breached as (
    select * from {{ ref('int_breach_spells') }}
    where is_todays
),

arrangement_invoices as (
    select
        arrangement_id,
        invoice_id
    from {{ ref('stg_arrangement_invoices') }}
),

arrangement_rules as (
    select * from {{ ref('stg_policy__arrangement_rules') }}
),

placements as (
    select * from {{ ref('stg_agency_placements') }}
),

legal_cases as (
    select * from {{ ref('stg_legal_cases') }}
),

open_items as (
    select * from {{ ref('int_open_items') }}
),

refused_rows as (
    select debtor_id from {{ ref('int_debtors_with_refused_rows') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

debtors_in_credit as (
    select debtor_id
    from open_items
    group by debtor_id
    having
        min(case when is_open_credit then outstanding_amount end) < 0
        and sum(outstanding_amount) <= 0
),

every_block as (
    select
        holds.invoice_id,
        case
            when holds.is_protective then 'statutory_hold'
            when holds.hold_type = 'dispute' then 'dispute'
            else 'hold'
        end as blocked_by
    from holds
    cross join position
    where holds.ends_on is null or holds.ends_on >= position.as_of_date
    union all
    select
        arrangement_invoices.invoice_id,
        'live_arrangement' as blocked_by
    from arrangement_invoices
    inner join arrangements on arrangement_invoices.arrangement_id = arrangements.arrangement_id
    where arrangements.status = 'live'
    union all
    select
        arrangement_invoices.invoice_id,
        'breach_notice' as blocked_by
    from arrangement_invoices
    inner join arrangements_breached
        on arrangement_invoices.arrangement_id = arrangements_breached.arrangement_id
    inner join arrangement_rules
        on
            {{ policy_in_force('arrangement_rules', 'arrangements_breached.breached_on') }}
            and arrangement_rules.rule = 'breach_notice_days'
    cross join position
    where
        position.as_of_date
        < {{ add_days('arrangements_breached.breached_on', 'arrangement_rules.value') }}
    union all
    select
        invoice_id,
        'agency_placement' as blocked_by
    from placements
    where {{ placement_is_open('placements') }}
    union all
    select
        invoice_id,
        'legal_case' as blocked_by
    from legal_cases
    where closed_on is null
    union all
    select
        invoices.invoice_id,
        'open_credit' as blocked_by
    from invoices
    inner join debtors_in_credit on invoices.debtor_id = debtors_in_credit.debtor_id
    union all
    select
        invoices.invoice_id,
        'no_timetable' as blocked_by
    from invoices
    left join timetables
        on
            invoices.debt_type = timetables.debt_type
            and invoices.party_type = timetables.party_type
    where timetables.debt_type is null
    union all
    select
        invoices.invoice_id,
        'incomplete_data' as blocked_by
    from invoices
    inner join refused_rows on invoices.debtor_id = refused_rows.debtor_id
),

listed as (
    select
        invoice_id,
        {{ sorted_list('blocked_by') }} as blocked_by
    from every_block
    group by invoice_id
)

select * from listed
