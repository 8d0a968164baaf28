with

actions as (
    select * from {{ ref('stg_case_actions') }}
),

action_invoices as (
    select
        action_id,
        invoice_id
    from {{ ref('stg_case_action_invoices') }}
),

actions_that_list as (
    select action_id from {{ ref('stg_case_actions_that_list') }}
),

stages as (
    select distinct stage from {{ ref('stg_policy__recovery_timetable') }}
),

invoices as (
    select
        invoice_id,
        debtor_id,
        own_due_date
    from {{ ref('int_invoices') }}
),

stage_actions as (
    select
        actions.action_id,
        actions.debtor_id,
        actions.invoice_id,
        stages.stage,
        actions.acted_on,
        actions.outcome_code
    from actions
    inner join stages on actions.action_code = stages.stage
),

for_the_debtor as (
    select *
    from stage_actions
    where
        invoice_id is null
        and action_id not in (select actions_that_list.action_id from actions_that_list)
),

-- An action is for the invoice that it names or lists, else for all that were past due.
final as (
    select
        action_id,
        invoice_id,
        stage,
        acted_on,
        outcome_code,
        true as is_named
    from stage_actions
    where invoice_id is not null
    union all
    select
        stage_actions.action_id,
        action_invoices.invoice_id,
        stage_actions.stage,
        stage_actions.acted_on,
        stage_actions.outcome_code,
        true as is_named
    from stage_actions
    inner join action_invoices on stage_actions.action_id = action_invoices.action_id
    where
        stage_actions.invoice_id is null
        or stage_actions.invoice_id != action_invoices.invoice_id
    union all
    select
        for_the_debtor.action_id,
        invoices.invoice_id,
        for_the_debtor.stage,
        for_the_debtor.acted_on,
        for_the_debtor.outcome_code,
        false as is_named
    from for_the_debtor
    inner join invoices
        on
            for_the_debtor.debtor_id = invoices.debtor_id
            and for_the_debtor.acted_on > invoices.own_due_date
)

select * from final
