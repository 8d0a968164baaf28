{{ config(materialized="view") }}

with

open_invoices as (
    select
        invoice_id,
        debtor_id,
        stages_done
    from {{ ref('int_recovery_invoices') }}
),

stages as (
    select
        debtor_id,
        is_due,
        next_stage_on,
        blocked_by
    from {{ ref('recovery_stages') }}
),

open_items as (
    select
        debtor_id,
        invoice_id,
        item_kind,
        due_date,
        outstanding_amount,
        is_open_credit
    from {{ ref('int_open_items') }}
),

holds_on_debtors as (
    select
        reached_debtor_id as debtor_id,
        ends_on
    from {{ ref('int_holds_reached') }}
    where reached_debtor_id is not null
),

holds_on_invoices as (
    select
        invoice_id,
        ends_on
    from {{ ref('int_recovery_holds') }}
),

refused_rows as (
    select debtor_id from {{ ref('int_debtors_with_refused_rows') }}
),

actions as (
    select
        debtor_id,
        action_code,
        acted_on,
        outcome_code
    from {{ ref('stg_case_actions') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

rules as (
    select * from {{ ref('int_early_help_rules') }}
),

-- Whoever is held back for any reason, of whom something was refused, or who was spoken to lately.
left_alone as (
    select holds_on_debtors.debtor_id
    from holds_on_debtors
    cross join position
    where holds_on_debtors.ends_on is null or holds_on_debtors.ends_on >= position.as_of_date
    union
    select open_invoices.debtor_id
    from open_invoices
    inner join holds_on_invoices on open_invoices.invoice_id = holds_on_invoices.invoice_id
    cross join position
    where holds_on_invoices.ends_on is null or holds_on_invoices.ends_on >= position.as_of_date
    union
    select refused_rows.debtor_id
    from refused_rows
    where refused_rows.debtor_id is not null
    union
    select actions.debtor_id
    from actions
    cross join position
    cross join rules
    where
        {{ days_between('actions.acted_on', 'position.as_of_date') }} <= rules.quiet_days
        and {{ is_listed('rules.contacts', 'actions.action_code') }}
        and {{ action_counts('actions') }}
),

-- Recovery has begun once a stage was done on an open debt, is due, or somebody else pursues it.
pursued as (
    select debtor_id
    from open_invoices
    where stages_done != ''
    union
    select debtor_id
    from stages
    where
        is_due
        or blocked_by like '%agency_placement%'
        or blocked_by like '%legal_case%'
        or blocked_by like '%dispute%'
        or blocked_by like '%statutory_hold%'
        or blocked_by like '%incomplete_data%'
),

owing as (
    select
        open_items.debtor_id,
        cast(sum(open_items.outstanding_amount) as decimal(18, 2)) as open_amount,
        cast(sum(case
            when
                not open_items.is_open_credit and open_items.due_date < position.as_of_date
                then open_items.outstanding_amount
            else 0
        end) as decimal(18, 2)) as overdue_amount
    from open_items
    cross join position
    group by open_items.debtor_id
    having sum(open_items.outstanding_amount) > 0
),

candidates as (
    select
        owing.debtor_id,
        owing.open_amount,
        owing.overdue_amount
    from owing
    where
        owing.debtor_id not in (select left_alone.debtor_id from left_alone)
        and owing.debtor_id not in (select pursued.debtor_id from pursued)
)

select * from candidates
