{{ config(materialized="view") }}

with

stages as (
    select * from {{ ref('recovery_stages') }}
    where next_stage in ('agency_referral', 'legal_referral')
),

stages_done as (
    select
        invoice_id,
        done_on
    from {{ ref('int_stages_done') }}
    where stage = 'letter_of_claim'
),

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

actions_counted as (
    select * from actions
    where {{ action_counts('actions') }}
),

letters as (
    select
        stages.invoice_id,
        stages.debtor_id,
        stages.party_type,
        stages_done.done_on as sent_on
    from stages
    inner join stages_done on stages.invoice_id = stages_done.invoice_id
),

answers as (
    select
        action_id,
        debtor_id,
        invoice_id,
        action_code,
        acted_on
    from actions_counted
    where action_code in ('reply_form_received', 'documents_requested', 'documents_supplied')
),

-- An answer is to the letters of the invoices that it names or lists, else to all of the debtor.
answers_by_letter as (
    select
        letters.invoice_id,
        answers.action_code,
        answers.acted_on
    from letters
    inner join answers on letters.invoice_id = answers.invoice_id
    where answers.acted_on >= letters.sent_on
    union all
    select
        letters.invoice_id,
        answers.action_code,
        answers.acted_on
    from letters
    inner join action_invoices on letters.invoice_id = action_invoices.invoice_id
    inner join answers on action_invoices.action_id = answers.action_id
    where answers.acted_on >= letters.sent_on
    union all
    select
        letters.invoice_id,
        answers.action_code,
        answers.acted_on
    from letters
    inner join answers on letters.debtor_id = answers.debtor_id
    where
        answers.acted_on >= letters.sent_on
        and answers.invoice_id is null
        and answers.action_id not in (select actions_that_list.action_id from actions_that_list)
),

answered as (
    select
        invoice_id,
        max(case when action_code = 'reply_form_received' then acted_on end) as replied_on,
        max(case when action_code = 'documents_requested' then acted_on end) as documents_asked_on,
        max(case when action_code = 'documents_supplied' then acted_on end)
            as documents_supplied_on
    from answers_by_letter
    group by invoice_id
)

select * from answered
