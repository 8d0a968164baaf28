with

open_credits as (
    select * from {{ ref('int_open_credits') }}
    where debtor_id is null and credit_type = 'receipt'
),

suspense_notes as (
    select
        receipt_id,
        owner,
        noted_on
    from {{ ref('stg_suspense_notes') }}
),

age_bands as (
    select * from {{ ref('stg_policy__age_bands') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- Aged by the same bands as debt; the day of the receipt counts like the day after it.
days_aged as (
    select distinct
        open_credits.credited_on as due_date,
        greatest(position.as_of_date, {{ add_days('open_credits.credited_on', 1) }}) as aged_on
    from open_credits
    cross join position
),

banded as (
    {{ bands_reached('days_aged', 'age_bands') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        open_credits.credit_id as receipt_id,
        open_credits.credited_on as received_on,
        open_credits.open_amount as amount,
        {{ days_between('open_credits.credited_on', 'position.as_of_date') }} as days_in_suspense,
        banded.age_band,
        suspense_notes.owner,
        suspense_notes.noted_on,
        banded.age_band_policy_row
    from open_credits
    cross join position
    left join banded on open_credits.credited_on = banded.due_date
    left join suspense_notes on open_credits.credit_id = suspense_notes.receipt_id
)

select * from final
