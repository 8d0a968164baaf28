with

stage_actions as (
    select * from {{ ref('int_stage_actions') }}
),

contact_rules as (
    select * from {{ ref('stg_policy__contact_rules') }}
),

invoices as (
    select * from {{ ref('int_invoices') }}
),

invoice_rows as (
    select * from {{ ref('stg_invoices') }}
),

debtors as (
    select * from {{ ref('stg_debtors') }}
),

timetables as (
    select * from {{ ref('int_timetables') }}
),

items as (
    select
        item_no,
        item_kind,
        queue_invoice_id,
        document_date,
        due_date,
        amount
    from {{ ref('int_debit_items') }}
),

allocations as (
    select * from {{ ref('int_allocations') }}
),

credits as (
    select * from {{ ref('int_credits_identified') }}
),

-- A letter that came back was sent; one that failed or was withdrawn was not.
contacts as (
    select
        stage_actions.action_id,
        stage_actions.invoice_id,
        stage_actions.stage,
        stage_actions.acted_on,
        stage_actions.is_named,
        invoices.debtor_id,
        invoices.debt_type,
        invoices.invoice_date,
        invoices.own_due_date
    from stage_actions
    inner join invoices on stage_actions.invoice_id = invoices.invoice_id
    inner join contact_rules
        on
            contact_rules.rule = 'stages_that_press'
            and {{ policy_in_force('contact_rules', 'stage_actions.acted_on') }}
    where
        {{ is_listed('contact_rules.value', 'stage_actions.stage') }}
        and {{ action_was_made('stage_actions') }}
),

invoice_days as (
    select distinct
        invoice_id,
        acted_on
    from contacts
),

debits as (
    select
        invoice_days.invoice_id,
        invoice_days.acted_on,
        sum(case when items.document_date <= invoice_days.acted_on then items.amount else 0 end)
            as amount,
        min(case when items.item_kind = 'instalment' then items.due_date end) as first_due_on
    from invoice_days
    inner join items on invoice_days.invoice_id = items.queue_invoice_id
    group by
        invoice_days.invoice_id,
        invoice_days.acted_on
),

-- Today's allocations, each from the day after its credit's date: a payment on the same day may
-- have crossed with the letter.
settled as (
    select
        invoice_days.invoice_id,
        invoice_days.acted_on,
        sum(allocations.allocated_amount) as amount,
        sum(case
            when credits.known_on <= invoice_days.acted_on then allocations.allocated_amount
            else 0
        end) as amount_known_then,
        max(credits.known_on) as known_on
    from invoice_days
    inner join items on invoice_days.invoice_id = items.queue_invoice_id
    inner join allocations on items.item_no = allocations.item_no
    inner join credits
        on
            allocations.credit_no = credits.credit_no
            and invoice_days.acted_on > credits.credited_on
    group by
        invoice_days.invoice_id,
        invoice_days.acted_on
),

final as (
    select
        contacts.action_id,
        contacts.invoice_id,
        contacts.debtor_id,
        contacts.stage,
        contacts.acted_on,
        contacts.is_named,
        contacts.debt_type,
        coalesce(debtors.party_type, '') as party_type,
        contacts.invoice_date,
        coalesce(debits.first_due_on, contacts.own_due_date) as due_date,
        timetables.place,
        timetables.not_before_days,
        timetables.after_previous_days,
        timetables.minimum_balance,
        cast(debits.amount - coalesce(settled.amount, 0) as decimal(18, 2)) as balance,
        cast(debits.amount - coalesce(settled.amount_known_then, 0) as decimal(18, 2))
            as balance_known_then,
        settled.known_on as balance_known_on,
        invoice_rows.known_on as invoice_known_on
    from contacts
    inner join debits
        on contacts.invoice_id = debits.invoice_id and contacts.acted_on = debits.acted_on
    left join settled
        on contacts.invoice_id = settled.invoice_id and contacts.acted_on = settled.acted_on
    left join invoice_rows on contacts.invoice_id = invoice_rows.invoice_id
    left join debtors on contacts.debtor_id = debtors.debtor_id
    left join timetables
        on
            contacts.debt_type = timetables.debt_type
            and coalesce(debtors.party_type, '') = timetables.party_type
            and contacts.stage = timetables.stage
)

select * from final
