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

actions_counted as (
    select
        actions.action_id,
        actions.debtor_id,
        actions.invoice_id,
        stages.stage,
        actions.acted_on as done_on
    from actions
    inner join stages on actions.action_code = stages.stage
    where {{ action_counts('actions') }}
),

actions_for_the_debtor as (
    select *
    from actions_counted
    where
        invoice_id is null
        and action_id not in (select actions_that_list.action_id from actions_that_list)
),

-- A stage is done for the invoice that the action names or lists, else for all that were past due.
every_time as (
    select
        invoice_id,
        stage,
        done_on
    from actions_counted
    where invoice_id is not null
    union all
    select
        action_invoices.invoice_id,
        actions_counted.stage,
        actions_counted.done_on
    from actions_counted
    inner join action_invoices on actions_counted.action_id = action_invoices.action_id
    union all
    select
        invoices.invoice_id,
        actions_for_the_debtor.stage,
        actions_for_the_debtor.done_on
    from actions_for_the_debtor
    inner join invoices
        on
            actions_for_the_debtor.debtor_id = invoices.debtor_id
            and actions_for_the_debtor.done_on > invoices.own_due_date
),

latest as (
    select
        invoice_id,
        stage,
        max(done_on) as done_on
    from every_time
    group by
        invoice_id,
        stage
)

select * from latest
