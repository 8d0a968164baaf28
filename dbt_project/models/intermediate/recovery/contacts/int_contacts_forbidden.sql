with

contacts as (
    select * from {{ ref('int_contacts') }}
),

holds as (
    select * from {{ ref('int_holds_reached') }}
),

actions as (
    select * from {{ ref('stg_case_actions') }}
),

contact_rules as (
    select * from {{ ref('stg_policy__contact_rules') }}
    where rule = 'contacts_withheld_from_the_protected'
),

barred as (
    select * from {{ ref('int_contacts_barred') }}
),

out_of_turn as (
    select * from {{ ref('int_contacts_out_of_turn') }}
),

every_one as (
    select
        barred.*,
        cast(null as boolean) as was_known_that_day,
        cast(null as date) as known_on
    from barred
    union all
    select * from out_of_turn
),

-- A debtor under a protective hold must not be contacted about anything; the contact may have been
-- a reply. An insolvency order leaves later debts out, so it does not decide about a contact.
contacts_with_the_protected as (
    select
        actions.debtor_id,
        actions.action_code,
        actions.acted_on,
        true as is_named,
        cast(0 as decimal(18, 2)) as balance,
        actions.action_id,
        '' as invoice_id,
        'statutory_hold' as error_code,
        holds.hold_source as forbidden_by,
        holds.hold_id as forbidden_by_id,
        cast(null as boolean) as was_known_that_day,
        cast(null as date) as known_on
    from actions
    inner join contact_rules on {{ policy_in_force('contact_rules', 'actions.acted_on') }}
    inner join holds
        on
            actions.debtor_id = holds.reached_debtor_id
            and actions.acted_on >= holds.starts_on
            and actions.acted_on <= coalesce(holds.ends_on, date '9999-12-31')
    where
        holds.is_protective
        and holds.order_date is null
        and {{ is_listed('contact_rules.value', 'actions.action_code') }}
        and {{ action_was_made('actions') }}
),

with_invoices as (
    select
        contacts.debtor_id,
        contacts.stage as action_code,
        contacts.acted_on,
        contacts.is_named,
        contacts.balance,
        every_one.*
    from every_one
    inner join contacts
        on
            every_one.action_id = contacts.action_id
            and every_one.invoice_id = contacts.invoice_id
),

final as (
    select * from with_invoices
    union all
    select * from contacts_with_the_protected
)

select * from final
