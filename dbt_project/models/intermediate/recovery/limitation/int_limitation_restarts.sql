with

periods as (
    select * from {{ ref('int_limitation_periods') }}
),

events as (
    select * from {{ ref('int_limitation_events') }}
),

restart_years as (
    select * from {{ ref('stg_policy__limitation_periods') }}
    where rule = 'restart_years' and debt_type is null
),

event_days as (
    select distinct happened_on from events
),

-- The day of a restart decides the length of its period.
days_lasting as (
    select
        event_days.happened_on,
        {{ add_months('event_days.happened_on', '12 * cast(restart_years.value as bigint)') }}
            as ends_on
    from event_days
    inner join restart_years on {{ policy_in_force('restart_years', 'event_days.happened_on') }}
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
        on events.invoice_id = readings.invoice_id and events.happened_on > readings.accrued_on
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

-- Nothing needs sorting if every event came within the first period.
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

-- Every event before the first late one restarted the period, so the longest period before an event
-- is the one that it had to meet.
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
        on events_read.reading = spans.reading and events_read.invoice_id = spans.invoice_id
    where spans.restarted_on > spans.first_ends_on
),

judged as (
    select
        events_in_order.*,
        case when happened_on > greatest(first_ends_on, restarted_until) then happened_on end
            as too_late_on
    from events_in_order
),

-- After the period has ended nothing restarts it: the first late event ends the chain.
restarting as (
    select
        judged.*,
        coalesce(
            happened_on < min(too_late_on) over (partition by reading, invoice_id), true
        ) as is_restart
    from judged
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
