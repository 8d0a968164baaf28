with

periods as (
    select * from {{ ref('int_limitation_periods') }}
),

events as (
    select * from {{ ref('int_limitation_events') }}
),

limitation_periods as (
    select * from {{ ref('stg_policy__limitation_periods') }}
),

event_days as (
    select distinct happened_on from events
),

-- How long a restart runs is looked up by its day.
days_lasting as (
    select
        event_days.happened_on,
        {{ add_months('event_days.happened_on', '12 * cast(limitation_periods.value as bigint)') }}
            as ends_on
    from event_days
    inner join limitation_periods
        on
            limitation_periods.rule = 'restart_years'
            and limitation_periods.debt_type is null
            and {{ policy_in_force('limitation_periods', 'event_days.happened_on') }}
),

readings as (
    select
        invoice_id,
        'claim' as reading,
        claim_accrued_on as accrued_on,
        claim_ends_on as first_ends_on
    from periods
    where claim_ends_on is not null
    union all
    select
        invoice_id,
        'write_off' as reading,
        write_off_accrued_on as accrued_on,
        write_off_ends_on as first_ends_on
    from periods
    where write_off_ends_on is not null
),

events_read as (
    select
        readings.reading,
        readings.invoice_id,
        readings.first_ends_on,
        events.happened_on,
        events.cause,
        days_lasting.ends_on
    from events
    inner join days_lasting on events.happened_on = days_lasting.happened_on
    inner join readings
        on
            events.invoice_id = readings.invoice_id
            and events.happened_on > readings.accrued_on
),

spans as (
    select
        reading,
        invoice_id,
        first_ends_on,
        count(*) as restarts,
        max(happened_on) as restarted_on,
        max_by(cause, happened_on) as restart_cause,
        max(ends_on) as ends_on
    from events_read
    group by
        reading,
        invoice_id,
        first_ends_on
),

-- Nothing needs to be put in order where every event came within the first period.
within_first_period as (
    select
        reading,
        invoice_id,
        restarts,
        restarted_on,
        restart_cause,
        ends_on,
        0 as events_too_late
    from spans
    where restarted_on <= first_ends_on
),

-- Up to the first event that comes too late each one restarted, so whatever ran longest before an
-- event is the period that it had to keep to.
events_in_order as (
    select
        events_read.*,
        max(events_read.ends_on) over (
            partition by events_read.reading, events_read.invoice_id
            order by events_read.happened_on nulls last
            rows between unbounded preceding and 1 preceding
        ) as restarted_until
    from events_read
    inner join spans
        on
            events_read.reading = spans.reading
            and events_read.invoice_id = spans.invoice_id
    where spans.restarted_on > spans.first_ends_on
),

judged as (
    select
        events_in_order.*,
        case
            when happened_on > greatest(first_ends_on, coalesce(restarted_until, first_ends_on))
                then happened_on
        end as too_late_on
    from events_in_order
),

-- After expiry nothing revives: the first event that comes too late ends the chain.
broken as (
    select
        judged.*,
        min(too_late_on) over (partition by reading, invoice_id) as broken_on
    from judged
),

restarting as (
    select
        broken.*,
        broken_on is null or happened_on < broken_on as is_restart
    from broken
),

beyond_first_period as (
    select
        reading,
        invoice_id,
        count(*) filter (where is_restart) as restarts,
        max(happened_on) filter (where is_restart) as restarted_on,
        max_by(cause, happened_on) filter (where is_restart) as restart_cause,
        max(ends_on) filter (where is_restart) as ends_on,
        count(*) filter (where not is_restart) as events_too_late
    from restarting
    group by
        reading,
        invoice_id
),

explained as (
    select * from within_first_period
    union all
    select * from beyond_first_period
)

select * from explained
