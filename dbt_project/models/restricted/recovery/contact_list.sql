with

actions as (
    select * from {{ ref('recovery_worklist') }}
),

lines as (
    select
        debtor_id,
        invoice_id,
        outstanding_amount,
        reply_by
    from {{ ref('letter_lines') }}
),

promises as (
    select debtor_id from {{ ref('promises') }}
    where status = 'pending'
),

quotes as (
    select quoted from {{ ref('int_quotes_in_suspense') }}
),

debtors as (
    select
        debtor_id,
        party_type,
        communication_needs,
        language,
        coalesce(address_status, 'ok') as address_status
    from {{ ref('stg_debtors') }}
),

addresses as (
    select * from {{ ref('stg_debtor_addresses') }}
),

contact_rules as (
    select * from {{ ref('stg_policy__contact_rules') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

rules as (
    select
        {{ figure_of('contact_rules', 'stages_of_contact') }} as stages_of_contact,
        {{ figure_of('contact_rules', 'stages_by_document') }} as stages_by_document
    from contact_rules
    inner join position on {{ policy_in_force('contact_rules', 'position.as_of_date') }}
),

totals as (
    select
        debtor_id,
        cast(sum(outstanding_amount) as decimal(18, 2)) as letter_amount,
        min(reply_by) as reply_by
    from lines
    group by debtor_id
),

-- A document that must be read at leisure goes by letter unless the debtor prefers email.
sent as (
    select
        actions.as_of_date,
        actions.known_at,
        actions.debtor_id,
        actions.action_code,
        actions.invoice_ids,
        actions.amount,
        actions.priority,
        actions.is_contact_limit_reached,
        actions.reason,
        totals.letter_amount,
        totals.reply_by,
        case
            when
                actions.channel in ('phone', 'sms')
                and coalesce(
                    {{ is_listed('rules.stages_by_document', 'actions.action_code') }}, true
                )
                then 'letter'
            else actions.channel
        end as channel,
        debtors.party_type,
        debtors.communication_needs,
        debtors.language,
        coalesce(debtors.address_status, 'ok') as address_status,
        addresses.name,
        addresses.address_line_1,
        addresses.address_line_2,
        addresses.town,
        addresses.postcode,
        addresses.email,
        addresses.telephone
    from actions
    cross join rules
    left join totals on actions.debtor_id = totals.debtor_id
    left join debtors on actions.debtor_id = debtors.debtor_id
    left join addresses on actions.debtor_id = addresses.debtor_id
    where {{ is_listed('rules.stages_of_contact', 'actions.action_code') }}
),

quoted as (
    select distinct lines.debtor_id
    from lines
    inner join quotes on lower(lines.invoice_id) = quotes.quoted
),

obstacles as (
    select
        debtor_id,
        'no_address' as obstacle
    from sent
    where
        channel = 'letter'
        and (name is null or name = '' or address_line_1 is null or postcode is null)
    union all
    select
        debtor_id,
        'address_' || address_status as obstacle
    from sent
    where channel = 'letter' and address_status != 'ok'
    union all
    select
        debtor_id,
        'no_email' as obstacle
    from sent
    where channel = 'email' and email is null
    union all
    select
        debtor_id,
        'no_telephone' as obstacle
    from sent
    where channel in ('phone', 'sms') and telephone is null
    union all
    select
        debtor_id,
        'communication_needs' as obstacle
    from sent
    where communication_needs is not null
    union all
    select
        debtor_id,
        'language' as obstacle
    from sent
    where language is not null and lower(language) not in ('en', 'english')
    union all
    select
        debtor_id,
        'statute_barred' as obstacle
    from sent
    where letter_amount is null
    union all
    select
        debtor_id,
        'quoted_in_suspense' as obstacle
    from quoted
    union all
    select
        debtor_id,
        'promise_pending' as obstacle
    from promises
),

listed as (
    select
        debtor_id,
        {{ sorted_list('obstacle') }} as obstacles
    from obstacles
    group by debtor_id
),

final as (
    select
        sent.as_of_date,
        sent.known_at,
        sent.debtor_id,
        sent.action_code,
        sent.channel,
        listed.obstacles is null as is_ready,
        listed.obstacles,
        sent.party_type,
        sent.name,
        sent.address_line_1,
        sent.address_line_2,
        sent.town,
        sent.postcode,
        sent.email,
        sent.telephone,
        sent.communication_needs,
        sent.language,
        sent.invoice_ids,
        sent.amount,
        sent.letter_amount,
        sent.reply_by,
        sent.priority,
        sent.is_contact_limit_reached,
        sent.reason
    from sent
    left join listed on sent.debtor_id = listed.debtor_id
)

select * from final
