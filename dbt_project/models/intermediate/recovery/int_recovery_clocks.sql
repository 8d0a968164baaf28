with

invoices as (
    select * from {{ ref('int_recovery_invoices') }}
),

situations as (
    select * from {{ ref('int_stage_situations') }}
),

stages_done as (
    select * from {{ ref('int_stages_done') }}
),

held_intervals as (
    select * from {{ ref('int_held_intervals') }}
),

with_the_last_day as (
    select
        invoices.invoice_id,
        invoices.due_date,
        situations.last_stage,
        situations.next_stage,
        situations.not_before_days,
        situations.after_previous_days,
        stages_done.done_on as last_stage_on
    from invoices
    inner join situations
        on
            invoices.debt_type = situations.debt_type
            and invoices.party_type = situations.party_type
            and invoices.minimum_reached = situations.minimum_reached
            and invoices.stages_done = situations.stages_done
    left join stages_done
        on
            invoices.invoice_id = stages_done.invoice_id
            and situations.last_stage = stages_done.stage
),

-- Two clocks run for the next stage: one from the due date, one from the stage done last.
clocks as (
    select
        invoice_id,
        'due_date' as runs_from,
        due_date as started_on,
        not_before_days as days_to_run
    from with_the_last_day
    where next_stage is not null
    union all
    select
        invoice_id,
        'last_stage' as runs_from,
        last_stage_on as started_on,
        after_previous_days as days_to_run
    from with_the_last_day
    where next_stage is not null and last_stage_on is not null and after_previous_days is not null
),

held_parts as (
    select
        clocks.invoice_id,
        clocks.runs_from,
        clocks.started_on,
        clocks.days_to_run,
        held_intervals.interval_no,
        greatest(held_intervals.starts_on, {{ add_days('clocks.started_on', 1) }}) as starts_on,
        held_intervals.ends_on
    from clocks
    inner join held_intervals
        on
            clocks.invoice_id = held_intervals.invoice_id
            and clocks.started_on < held_intervals.ends_on
    where held_intervals.ends_on < date '9999-12-31'
),

measured as (
    select
        held_parts.*,
        {{ days_between('starts_on', 'ends_on') }} + 1 as held_days
    from held_parts
),

with_days_before as (
    select
        measured.*,
        coalesce(sum(held_days) over (
            partition by invoice_id, runs_from
            order by interval_no nulls last
            rows between unbounded preceding and 1 preceding
        ), 0) as held_days_before
    from measured
),

-- An interval stops the clock if it starts before the clock, with its earlier stops, has run out.
stopping as (
    select
        invoice_id,
        runs_from,
        sum(held_days) as held_days
    from with_days_before
    where {{ days_between('started_on', 'starts_on') }} <= days_to_run + held_days_before
    group by
        invoice_id,
        runs_from
),

run_down as (
    select
        clocks.invoice_id,
        clocks.runs_from,
        {{ add_days('clocks.started_on', 'clocks.days_to_run + coalesce(stopping.held_days, 0)') }}
            as runs_down_on
    from clocks
    left join stopping
        on clocks.invoice_id = stopping.invoice_id and clocks.runs_from = stopping.runs_from
),

by_invoice as (
    select
        invoice_id,
        max(case when runs_from = 'due_date' then runs_down_on end) as day_on,
        max(case when runs_from = 'last_stage' then runs_down_on end) as interval_on
    from run_down
    group by invoice_id
),

held_without_end as (
    select distinct invoice_id from held_intervals
    where ends_on = date '9999-12-31'
),

final as (
    select
        with_the_last_day.invoice_id,
        with_the_last_day.last_stage,
        with_the_last_day.last_stage_on,
        with_the_last_day.next_stage,
        by_invoice.day_on,
        by_invoice.interval_on,
        case
            when held_without_end.invoice_id is null
                then greatest(by_invoice.day_on, by_invoice.interval_on)
        end as next_stage_on
    from with_the_last_day
    left join by_invoice on with_the_last_day.invoice_id = by_invoice.invoice_id
    left join held_without_end on with_the_last_day.invoice_id = held_without_end.invoice_id
)

select * from final
