with

holds as (
    select * from {{ ref('int_holds_reached') }}
),

hold_rows as (
    select
        stg_holds.*,
        'hold' as hold_source
    from {{ ref('stg_holds') }} as stg_holds
),

open_items as (
    select * from {{ ref('int_open_items') }}
    where not is_open_credit
),

casework_rules as (
    select * from {{ ref('stg_policy__casework_rules') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

rules_in_force as (
    select
        coalesce({{ figure_of('casework_rules', 'hold_shown_after_end_days', 'bigint') }}, 0)
            as shown_after_end_days
    from position
    inner join casework_rules
        on {{ policy_in_force('casework_rules', 'position.as_of_date') }}
),

holds_shown as (
    select
        holds.*,
        coalesce(holds.ends_on >= position.as_of_date, true) as is_in_force
    from holds
    cross join position
    cross join rules_in_force
    where
        holds.ends_on is null
        or {{ add_days('holds.ends_on', 'rules_in_force.shown_after_end_days') }}
        >= position.as_of_date
),

values_reached as (
    {{ reached_by_holds(
        'open_items',
        'holds_shown',
        invoice_id='queue_invoice_id',
        dated_on='debt_date',
        columns=[
            'holds_shown.hold_source',
            'holds_shown.hold_id',
            'open_items.outstanding_amount',
        ]
    ) }}
),

held as (
    select
        hold_source,
        hold_id,
        sum(outstanding_amount) as held_amount
    from values_reached
    group by
        hold_source,
        hold_id
),

reached as (
    select distinct
        hold_source,
        hold_id,
        hold_type,
        debtor_id,
        invoice_id,
        arrangement_id,
        starts_on,
        ends_on,
        order_date,
        is_protective,
        is_in_force
    from holds_shown
),

reaching as (
    select hold_id
    from holds
    where hold_source = 'hold'
),

-- A hold on an arrangement without a known invoice covers nothing, but still counts as a hold.
reaching_nothing as (
    select
        hold_rows.hold_source,
        hold_rows.hold_id,
        hold_rows.hold_type,
        hold_rows.debtor_id,
        hold_rows.invoice_id,
        hold_rows.arrangement_id,
        hold_rows.starts_on,
        hold_rows.ends_on,
        cast(null as date) as order_date,
        false as is_protective,
        coalesce(hold_rows.ends_on >= position.as_of_date, true) as is_in_force
    from hold_rows
    cross join position
    cross join rules_in_force
    where
        hold_rows.hold_id not in (select reaching.hold_id from reaching)
        and (hold_rows.ends_on is null or hold_rows.ends_on >= hold_rows.starts_on)
        and (
            hold_rows.ends_on is null
            or {{ add_days('hold_rows.ends_on', 'rules_in_force.shown_after_end_days') }}
            >= position.as_of_date
        )
),

distinct_holds as (
    select * from reached
    union all
    select * from reaching_nothing
),

valued as (
    select
        distinct_holds.*,
        hold_rows.notified_on,
        hold_rows.raised_by,
        hold_rows.approved_by,
        cast(coalesce(held.held_amount, 0) as decimal(18, 2)) as held_amount
    from distinct_holds
    left join held
        on
            distinct_holds.hold_source = held.hold_source
            and distinct_holds.hold_id = held.hold_id
    left join hold_rows
        on
            distinct_holds.hold_source = hold_rows.hold_source
            and distinct_holds.hold_id = hold_rows.hold_id
)

select * from valued
