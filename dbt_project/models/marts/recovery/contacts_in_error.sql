with

forbidden as (
    select * from {{ ref('int_contacts_forbidden') }}
),

contacts as (
    select
        action_id,
        invoice_id,
        balance
    from {{ ref('int_contacts') }}
    where not is_named
),

versions as (
    select * from {{ ref('int_versions_of_protection') }}
),

remedies as (
    select * from {{ ref('stg_policy__contact_remedies') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- What was known at the end of the day: the version of the row that was current then.
versions_ranked as (
    select
        forbidden.action_id,
        forbidden.invoice_id,
        forbidden.forbidden_by,
        forbidden.forbidden_by_id,
        versions.known_on,
        versions.known_on <= forbidden.acted_on as was_there,
        coalesce(
            versions.forbids_from <= forbidden.acted_on
            and (versions.forbids_until is null or versions.forbids_until >= forbidden.acted_on)
            and (versions.withdrawn_on is null or versions.withdrawn_on > forbidden.acted_on),
            false
        ) as forbids,
        row_number() over (
            partition by
                forbidden.action_id,
                forbidden.invoice_id,
                forbidden.forbidden_by,
                forbidden.forbidden_by_id
            order by
                versions.known_on <= forbidden.acted_on desc,
                versions.file_day desc nulls last, versions.source_file desc nulls last,
                versions.source_line desc nulls last, versions.known_on desc nulls last,
                versions.run_id desc nulls last
        ) as place
    from forbidden
    inner join versions
        on
            forbidden.forbidden_by = versions.forbidden_by
            and forbidden.forbidden_by_id = versions.forbidden_by_id
),

versions_judged as (
    select
        action_id,
        invoice_id,
        forbidden_by,
        forbidden_by_id,
        bool_or(place = 1 and was_there and forbids) as was_known_that_day,
        min(case when forbids then known_on end) as known_on
    from versions_ranked
    group by
        action_id,
        invoice_id,
        forbidden_by,
        forbidden_by_id
),

judged as (
    select
        forbidden.action_id,
        forbidden.invoice_id,
        forbidden.debtor_id,
        forbidden.action_code,
        forbidden.acted_on,
        forbidden.is_named,
        forbidden.balance,
        forbidden.error_code,
        coalesce(versions_judged.was_known_that_day, forbidden.was_known_that_day, false)
            as was_known_that_day,
        coalesce(versions_judged.known_on, forbidden.known_on) as known_on
    from forbidden
    left join versions_judged
        on
            forbidden.action_id = versions_judged.action_id
            and forbidden.invoice_id = versions_judged.invoice_id
            and forbidden.forbidden_by = versions_judged.forbidden_by
            and forbidden.forbidden_by_id = versions_judged.forbidden_by_id
),

by_invoice as (
    select
        action_id,
        invoice_id,
        debtor_id,
        action_code,
        acted_on,
        is_named,
        balance,
        error_code,
        bool_or(was_known_that_day) as was_known_that_day,
        min(known_on) as known_on
    from judged
    group by
        action_id,
        invoice_id,
        debtor_id,
        action_code,
        acted_on,
        is_named,
        balance,
        error_code
),

-- An action for the whole debtor is in error only where nothing that was open might be pursued.
debtor_wide as (
    select
        contacts.action_id,
        max(case when contacts.balance > 0 then 1 else 0 end) as is_any_open,
        max(case when contacts.balance > 0 and by_invoice.action_id is null then 1 else 0 end)
            as is_any_free
    from contacts
    left join by_invoice
        on contacts.action_id = by_invoice.action_id and contacts.invoice_id = by_invoice.invoice_id
    group by contacts.action_id
),

in_error as (
    select
        by_invoice.action_id,
        by_invoice.debtor_id,
        by_invoice.action_code,
        by_invoice.acted_on,
        by_invoice.error_code,
        {{ sorted_list("nullif(by_invoice.invoice_id, '')") }} as invoice_ids,
        sum(greatest(by_invoice.balance, 0)) as amount,
        bool_or(by_invoice.was_known_that_day) as was_known_that_day,
        min(by_invoice.known_on) as known_on
    from by_invoice
    left join debtor_wide on by_invoice.action_id = debtor_wide.action_id
    where
        by_invoice.is_named
        or (
            debtor_wide.is_any_free = 0
            and (by_invoice.balance > 0 or debtor_wide.is_any_open = 0)
        )
    group by
        by_invoice.action_id,
        by_invoice.debtor_id,
        by_invoice.action_code,
        by_invoice.acted_on,
        by_invoice.error_code
),

final as (
    select
        position.as_of_date,
        position.known_at,
        in_error.action_id,
        in_error.error_code,
        in_error.debtor_id,
        in_error.action_code,
        in_error.acted_on,
        in_error.invoice_ids,
        cast(in_error.amount as decimal(18, 2)) as amount,
        in_error.was_known_that_day,
        in_error.known_on,
        remedies.remedy,
        remedies.policy_row,
        in_error.action_code || ' of ' || cast(in_error.acted_on as string) || ': '
        || coalesce(remedies.finding, in_error.error_code)
        || case
            when in_error.was_known_that_day then '; we knew that day'
            when in_error.known_on is null then '; we did not know that day'
            else '; known since ' || cast(in_error.known_on as string)
        end as explanation
    from in_error
    cross join position
    left join remedies
        on
            in_error.error_code = remedies.error_code
            and {{ policy_in_force('remedies', 'position.as_of_date') }}
)

select * from final
