with

contacts as (
    select * from {{ ref('int_contacts') }}
),

timetables as (
    select * from {{ ref('int_timetables') }}
),

stage_actions as (
    select * from {{ ref('int_stage_actions') }}
),

balance_too_low as (
    select
        action_id,
        invoice_id,
        case when balance <= 0 then 'nothing_open' else 'below_minimum_balance' end as error_code,
        'balance' as forbidden_by,
        cast(null as string) as forbidden_by_id,
        case
            when balance <= 0 then balance_known_then <= 0
            else balance_known_then < minimum_balance
        end as was_known_that_day,
        balance_known_on as known_on
    from contacts
    where balance <= 0 or balance < minimum_balance
),

-- Earlier stages that the balance of the day reached. A stage recorded by then counts as done, even
-- if we now know that it failed or was returned.
earlier_stages as (
    select
        contacts.action_id,
        contacts.invoice_id,
        timetables.stage as earlier_stage,
        max(case when {{ action_counts('stage_actions') }} then stage_actions.acted_on end)
            as done_on,
        max(stage_actions.acted_on) as thought_done_on
    from contacts
    inner join timetables
        on
            contacts.debt_type = timetables.debt_type
            and contacts.party_type = timetables.party_type
            and contacts.place > timetables.place
            and contacts.balance >= timetables.minimum_balance
    left join stage_actions
        on
            contacts.invoice_id = stage_actions.invoice_id
            and timetables.stage = stage_actions.stage
            and contacts.acted_on >= stage_actions.acted_on
    where contacts.is_named
    group by
        contacts.action_id,
        contacts.invoice_id,
        timetables.stage
),

stages_skipped as (
    select
        action_id,
        invoice_id,
        'stage_skipped' as error_code,
        'timetable' as forbidden_by,
        cast(null as string) as forbidden_by_id,
        bool_or(thought_done_on is null) as was_known_that_day,
        cast(null as date) as known_on
    from earlier_stages
    where done_on is null
    group by
        action_id,
        invoice_id
),

previous_stage as (
    select
        action_id,
        invoice_id,
        max(done_on) as done_on
    from earlier_stages
    group by
        action_id,
        invoice_id
),

-- Days on hold only delay a stage, so a stage that is too early without them is too early. Whether
-- it was known depends on the invoice as it is now: its due date may have been corrected later.
too_early as (
    select
        contacts.action_id,
        contacts.invoice_id,
        'too_early' as error_code,
        'timetable' as forbidden_by,
        cast(null as string) as forbidden_by_id,
        coalesce(contacts.invoice_known_on <= contacts.acted_on, true) as was_known_that_day,
        contacts.invoice_known_on as known_on
    from contacts
    left join previous_stage
        on
            contacts.action_id = previous_stage.action_id
            and contacts.invoice_id = previous_stage.invoice_id
    where
        contacts.is_named
        and (
            contacts.acted_on
            < {{ add_days('contacts.due_date', 'contacts.not_before_days') }}
            or contacts.acted_on
            < {{ add_days('previous_stage.done_on', 'contacts.after_previous_days') }}
        )
),

every_one as (
    select * from balance_too_low
    union all
    select * from stages_skipped
    union all
    select * from too_early
)

select * from every_one
