with

invoices as (
    select * from {{ ref('int_recovery_invoices') }}
),

situations as (
    select * from {{ ref('int_stage_situations') }}
),

clocks as (
    select * from {{ ref('int_recovery_clocks') }}
),

blocks as (
    select * from {{ ref('int_recovery_blocks') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

staged as (
    select
        position.as_of_date,
        position.known_at,
        invoices.invoice_id,
        invoices.debtor_id,
        invoices.debt_type,
        nullif(invoices.party_type, '') as party_type,
        invoices.balance,
        invoices.due_date,
        clocks.last_stage,
        clocks.last_stage_on,
        clocks.next_stage,
        clocks.next_stage_on,
        situations.next_stage_order,
        situations.not_before_days,
        situations.after_previous_days,
        situations.needs_officer,
        situations.policy_row as next_stage_policy_row,
        situations.stages_text,
        blocks.blocked_by
    from invoices
    cross join position
    left join situations
        on
            invoices.debt_type = situations.debt_type
            and invoices.party_type = situations.party_type
            and invoices.minimum_reached = situations.minimum_reached
            and invoices.stages_done = situations.stages_done
    left join clocks on invoices.invoice_id = clocks.invoice_id
    left join blocks on invoices.invoice_id = blocks.invoice_id
),

judged as (
    select
        staged.*,
        coalesce(next_stage_on <= as_of_date and blocked_by is null, false) as is_due
    from staged
),

described as (
    select
        judged.*,
        case
            when stages_text is null then 'no timetable for the debt type'
            when next_stage is null then 'every stage is done or skipped'
            when is_due then next_stage || ' is due'
            when blocked_by is not null then next_stage || ' is blocked by: ' || blocked_by
            else next_stage || ' is not due yet'
        end as verdict_text,
        case
            when next_stage is null then ''
            when next_stage_on is null then ', no date while a hold without an end date applies'
            when is_due then ' since ' || cast(next_stage_on as string)
            else ', earliest on ' || cast(next_stage_on as string)
        end as day_text,
        cast(not_before_days as string) || ' days after ' || cast(due_date as string)
            as day_rule_text,
        ', ' || cast(after_previous_days as string) || ' after ' || last_stage
        || ' on ' || cast(last_stage_on as string) as interval_rule_text
    from judged
),

explained as (
    select
        described.*,
        verdict_text || day_text
        || coalesce(
            ' (' || day_rule_text || coalesce(interval_rule_text, '')
            || '; days on hold do not count)', ''
        )
        || coalesce('; ' || stages_text, '') as explanation
    from described
),

final as (
    select
        as_of_date,
        known_at,
        invoice_id,
        debtor_id,
        last_stage,
        last_stage_on,
        next_stage,
        next_stage_on,
        is_due,
        blocked_by,
        explanation,
        debt_type,
        party_type,
        due_date,
        balance,
        next_stage_order,
        next_stage_policy_row,
        needs_officer
    from explained
)

select * from final
