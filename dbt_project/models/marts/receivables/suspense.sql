{{ config(materialized="view") }}

with

open_credits as (
    select * from {{ ref('int_open_credits') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        open_credits.credit_id as receipt_id,
        open_credits.credited_on as received_on,
        open_credits.open_amount as amount,
        {{ days_between('open_credits.credited_on', 'position.as_of_date') }} as days_in_suspense
    from open_credits
    cross join position
    where open_credits.debtor_id is null and open_credits.credit_type = 'receipt'
)

select * from final
