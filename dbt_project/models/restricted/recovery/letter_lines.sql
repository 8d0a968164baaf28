with

actions as (
    select
        debtor_id,
        action_code
    from {{ ref('recovery_worklist') }}
),

stages as (
    select
        as_of_date,
        known_at,
        invoice_id,
        debtor_id,
        next_stage,
        debt_type,
        coalesce(party_type, '') as party_type
    from {{ ref('recovery_stages') }}
    where is_due
),

invoices as (
    select * from {{ ref('invoices') }}
),

services as (
    select
        service_code,
        service_name
    from {{ ref('stg_services') }}
),

barred as (
    select invoice_id from {{ ref('limitation_clock') }}
    where is_barred_for_claims
),

timetables as (
    select * from {{ ref('int_timetables') }}
),

contact_rules as (
    select * from {{ ref('stg_policy__contact_rules') }}
    where rule = 'stages_closed_by_limitation'
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

-- The time to reply: the interval before the next stage.
following as (
    select
        timetables.debt_type,
        timetables.party_type,
        timetables.stage,
        followers.after_previous_days as days_to_answer
    from timetables
    inner join timetables as followers
        on
            timetables.debt_type = followers.debt_type
            and timetables.party_type = followers.party_type
            and timetables.place + 1 = followers.place
),

closed_stages as (
    select max(contact_rules.value) as listed
    from contact_rules
    inner join position on {{ policy_in_force('contact_rules', 'position.as_of_date') }}
),

final as (
    select
        stages.as_of_date,
        stages.known_at,
        stages.debtor_id,
        stages.invoice_id,
        stages.next_stage as action_code,
        services.service_name,
        invoices.invoice_date,
        invoices.own_due_date as due_date,
        cast(invoices.gross_amount + invoices.adjusted_amount as decimal(18, 2)) as charged_amount,
        cast(
            invoices.paid_amount + invoices.credited_amount + invoices.written_off_amount
            as decimal(18, 2)
        ) as settled_amount,
        invoices.outstanding_amount,
        {{ add_days('stages.as_of_date', 'following.days_to_answer') }} as reply_by
    from stages
    inner join actions
        on stages.debtor_id = actions.debtor_id and stages.next_stage = actions.action_code
    inner join invoices on stages.invoice_id = invoices.invoice_id
    cross join closed_stages
    left join services on invoices.service_code = services.service_code
    left join following
        on
            stages.debt_type = following.debt_type
            and stages.party_type = following.party_type
            and stages.next_stage = following.stage
    -- A statute-barred debt is still owed, but no claim is threatened; without a rule, none is
    -- threatened either.
    where
        not coalesce({{ is_listed('closed_stages.listed', 'stages.next_stage') }}, true)
        or stages.invoice_id not in (select barred.invoice_id from barred)
)

select * from final
