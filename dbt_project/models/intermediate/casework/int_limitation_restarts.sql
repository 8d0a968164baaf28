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

events_lasting as (
    select
        events.invoice_id,
        events.happened_on,
        events.cause,
        {{ add_months('events.happened_on', '12 * cast(limitation_periods.value as bigint)') }}
            as ends_on
    from events
    inner join limitation_periods
        on
            limitation_periods.rule = 'restart_years'
            and limitation_periods.debt_type is null
            and {{ policy_in_force('limitation_periods', 'events.happened_on') }}
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

-- Up to the first event that comes too late each one restarted, so whatever ran longest before an
-- event is the period that it had to keep to.
events_in_order as (
    select
        readings.reading,
        readings.invoice_id,
        events_lasting.happened_on,
        events_lasting.cause,
        events_lasting.ends_on,
        readings.first_ends_on,
        max(events_lasting.ends_on) over (
            partition by readings.reading, readings.invoice_id
            order by events_lasting.happened_on nulls last
            rows between unbounded preceding and 1 preceding
        ) as restarted_until
    from readings
    inner join events_lasting
        on
            readings.invoice_id = events_lasting.invoice_id
            and readings.accrued_on < events_lasting.happened_on
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

told as (
    select
        reading,
        invoice_id,
        count(*) filter (where not is_restart) as events_too_late,
        count(*) filter (where is_restart) as restarts,
        max(happened_on) filter (where is_restart) as restarted_on,
        max_by(cause, happened_on) filter (where is_restart) as restart_cause,
        max(ends_on) filter (where is_restart) as ends_on
    from restarting
    group by
        reading,
        invoice_id
)

select * from told
