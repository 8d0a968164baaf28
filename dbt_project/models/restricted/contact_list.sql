with

actions as (
    select * from {{ ref('recovery_worklist') }}
),

lines as (
    select
        debtor_id,
        outstanding_amount,
        answer_by
    from {{ ref('letter_lines') }}
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

-- A document that must be read at leisure goes by letter unless the debtor asked for email.
documents as (
    select coalesce(max(contact_rules.value), '') as listed
    from contact_rules
    inner join position on {{ policy_in_force('contact_rules', 'position.as_of_date') }}
    where contact_rules.rule = 'stages_by_document'
),

totals as (
    select
        debtor_id,
        cast(sum(outstanding_amount) as decimal(18, 2)) as letter_amount,
        min(answer_by) as answer_by
    from lines
    group by debtor_id
),

sent as (
    select
        actions.*,
        totals.letter_amount,
        totals.answer_by,
        case
            when
                actions.channel in ('phone', 'sms')
                and instr(' ' || documents.listed || ' ', ' ' || actions.action_code || ' ') > 0
                then 'letter'
            else actions.channel
        end as sent_by,
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
    cross join documents
    left join totals on actions.debtor_id = totals.debtor_id
    left join debtors on actions.debtor_id = debtors.debtor_id
    left join addresses on actions.debtor_id = addresses.debtor_id
),

obstacles as (
    select
        debtor_id,
        'no_address' as obstacle
    from sent
    where sent_by = 'letter' and address_line_1 is null
    union all
    select
        debtor_id,
        'address_' || address_status as obstacle
    from sent
    where sent_by = 'letter' and address_status != 'ok'
    union all
    select
        debtor_id,
        'no_email' as obstacle
    from sent
    where sent_by = 'email' and email is null
    union all
    select
        debtor_id,
        'no_telephone' as obstacle
    from sent
    where sent_by in ('phone', 'sms') and telephone is null
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
        sent.sent_by,
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
        sent.answer_by,
        sent.priority,
        sent.is_contact_limit_reached,
        sent.reason
    from sent
    left join listed on sent.debtor_id = listed.debtor_id
)

select * from final
