{{ config(materialized="view") }}

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

refused_rows as (
    select distinct debtor_id from {{ ref('int_debtors_with_refused_rows') }}
    where debtor_id is not null
),

contact_list as (
    select
        debtor_id,
        action_code
    from {{ ref('contact_list') }}
),

packs as (
    select
        debtor_id,
        invoice_id,
        'agency_referral' as pack_stage
    from {{ ref('agency_placements_proposed') }}
    where is_proposed
    union all
    select
        debtor_id,
        invoice_id,
        'legal_referral' as pack_stage
    from {{ ref('legal_handover') }}
    where is_ready
),

letter_lines as (
    select
        debtor_id,
        invoice_id,
        action_code
    from {{ ref('letter_lines') }}
),

people as (
    select debtor_id from {{ ref('arrangement_offers') }}
    union
    select debtor_id from {{ ref('arrangement_warnings') }}
    where warnings not in ('held', 'incomplete_data')
    union
    select debtor_id from {{ ref('early_contact') }}
),

holds as (
    select * from {{ ref('int_holds_reached') }}
    where is_protective and order_date is null
),

position as (
    select as_of_date from {{ ref('stg_position') }}
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

outgoing as (
    select contact_list.debtor_id
    from contact_list
    left join actions
        on
            contact_list.debtor_id = actions.debtor_id
            and contact_list.action_code = actions.action_code
    where actions.debtor_id is null
    union all
    select letter_lines.debtor_id
    from letter_lines
    left join pursued
        on
            letter_lines.debtor_id = pursued.debtor_id
            and letter_lines.invoice_id = pursued.invoice_id
            and letter_lines.action_code = pursued.action_code
    where pursued.debtor_id is null
    union all
    select packs.debtor_id
    from packs
    left join stages
        on
            packs.invoice_id = stages.invoice_id
            and packs.debtor_id = stages.debtor_id
            and packs.pack_stage = stages.next_stage
    where not coalesce(stages.is_due, false)
    union all
    select debtor_id
    from people
    where debtor_id in (select refused_rows.debtor_id from refused_rows)
    union all
    select people.debtor_id
    from people
    inner join holds on people.debtor_id = holds.reached_debtor_id
    cross join position
    where
        holds.starts_on <= position.as_of_date
        and (holds.ends_on is null or holds.ends_on >= position.as_of_date)
)

select * from outgoing
