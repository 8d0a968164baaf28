with

position as (
    select
        as_of_date,
        known_at
    from {{ ref('stg_position') }}
),

known as (
    select
        agencies.*,
        position.as_of_date as _as_of_date
    from {{ source('raw', 'agencies') }} as agencies
    cross join position
    where agencies._known_on <= position.known_at
),

-- A version applies from the day it is known until the day on which the next version is known.
in_order as (
    select
        known.*,
        min(_known_on) over (
            partition by agency_id
            order by {{ precedence_order('known') }}
            rows between 1 following and unbounded following
        ) as _replaced_on
    from known
),

standing as (
    select
        agency_id,
        commission_rate,
        vat_rate,
        _known_on as known_on,
        coalesce(_replaced_on, date '9999-12-31') as until_on,
        _replaced_on is null and (withdrawn_on is null or withdrawn_on > _as_of_date) as is_in_use
    from in_order
    where _replaced_on is null or _known_on < _replaced_on
),

-- Before an agency's first version became known, that version applies.
dated as (
    select
        agency_id,
        commission_rate,
        vat_rate,
        case
            when known_on = min(known_on) over (partition by agency_id) then date '1900-01-01'
            else known_on
        end as from_on,
        until_on,
        is_in_use
    from standing
)

select * from dated
