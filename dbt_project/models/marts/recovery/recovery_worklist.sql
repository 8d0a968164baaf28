with

stages as (
    select * from {{ ref('recovery_stages') }}
    where is_due
),

debtors as (
    select
        debtor_id,
        preferred_channel
    from {{ ref('stg_debtors') }}
),

contacts as (
    select * from {{ ref('int_recent_contacts') }}
),

priority as (
    select * from {{ ref('stg_policy__worklist_priority') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- One action per debtor and day: the furthest stage that is due.
ranked as (
    select
        stages.*,
        first_value(next_stage) over (
            partition by debtor_id
            order by
                next_stage_order desc nulls last,
                next_stage asc nulls last,
                invoice_id asc nulls last
        ) as action_code
    from stages
),

actions as (
    select
        debtor_id,
        action_code,
        {{ ordered_list('invoice_id', 'invoice_id', ',') }} as invoice_ids,
        count(*) as invoice_count,
        cast(sum(balance) as decimal(18, 2)) as amount,
        min(next_stage_on) as due_since,
        max(next_stage_order) as stage_order,
        max(needs_officer) as needs_officer
    from ranked
    where next_stage = action_code
    group by
        debtor_id,
        action_code
),

measured as (
    select
        actions.*,
        position.as_of_date,
        position.known_at,
        {{ days_between('actions.due_since', 'position.as_of_date') }} as days_waiting
    from actions
    cross join position
),

points as (
    select
        priority.part,
        priority.at_least,
        priority.points
    from priority
    inner join position on {{ policy_in_force('priority', 'position.as_of_date') }}
),

pointed as (
    select
        measured.debtor_id,
        coalesce(max(case when points.part = 'amount' then points.points end), 0)
            as priority_amount,
        coalesce(max(case when points.part = 'days_waiting' then points.points end), 0)
            as priority_days_waiting,
        coalesce(max(case when points.part = 'stage' then points.points end), 0)
            as priority_stage
    from measured
    left join points
        on
            points.at_least <= case points.part
                when 'amount' then measured.amount
                when 'days_waiting' then cast(measured.days_waiting as decimal(18, 2))
                when 'stage' then cast(measured.stage_order as decimal(18, 2))
            end
    group by measured.debtor_id
),

explained as (
    select
        measured.debtor_id,
        measured.action_code || ' is due since ' || cast(measured.due_since as string) || ' on '
        || cast(measured.invoice_count as string)
        || case when measured.invoice_count = 1 then ' invoice' else ' invoices' end
            as action_text,
        '; priority: amount ' || cast(pointed.priority_amount as string)
        || ', days waiting ' || cast(pointed.priority_days_waiting as string)
        || ', stage ' || cast(pointed.priority_stage as string) as priority_text,
        '; contact limit reached: ' || cast(contacts.contact_count as string)
        || ' in 7 days, limit ' || cast(contacts.contact_limit as string) as limit_text,
        '; before acting: ' || measured.needs_officer as before_acting_text
    from measured
    inner join pointed on measured.debtor_id = pointed.debtor_id
    left join contacts on measured.debtor_id = contacts.debtor_id
),

final as (
    select
        measured.as_of_date,
        measured.known_at,
        measured.debtor_id,
        measured.action_code,
        coalesce(debtors.preferred_channel, 'letter') as channel,
        measured.invoice_ids,
        measured.amount,
        pointed.priority_amount + pointed.priority_days_waiting + pointed.priority_stage
            as priority,
        explained.action_text
        || explained.priority_text
        || case when contacts.is_limit_reached then explained.limit_text else '' end
        || coalesce(explained.before_acting_text, '') as reason,
        measured.due_since,
        measured.days_waiting,
        measured.stage_order,
        pointed.priority_amount,
        pointed.priority_days_waiting,
        pointed.priority_stage,
        coalesce(contacts.contact_count, 0) as recent_contacts,
        coalesce(contacts.is_limit_reached, false) as is_contact_limit_reached
    from measured
    inner join pointed on measured.debtor_id = pointed.debtor_id
    inner join explained on measured.debtor_id = explained.debtor_id
    left join debtors on measured.debtor_id = debtors.debtor_id
    left join contacts on measured.debtor_id = contacts.debtor_id
)

select * from final
