with

position as (
    select known_at from {{ ref('stg_position') }}
),

-- An action that has ever listed an invoice is never one for the whole debtor.
listing as (
    select distinct listed.action_id
    from {{ source('raw', 'case_action_invoices') }} as listed
    cross join position
    where listed._known_on <= position.known_at
)

select * from listing
