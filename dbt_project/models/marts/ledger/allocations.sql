{{ config(materialized="view") }}

with

int_allocations as (
    select * from {{ ref('int_allocations') }}
),

credits as (
    select
        credit_no,
        credit_type,
        credit_id,
        credited_on
    from {{ ref('int_credits_identified') }}
),

items as (
    select * from {{ ref('int_debit_items') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        credits.credit_type as source_type,
        credits.credit_id as source_id,
        items.item_id,
        items.item_kind,
        items.invoice_id,
        items.instalment_no,
        items.debtor_id,
        credits.credited_on,
        int_allocations.allocated_amount,
        int_allocations.allocation_rule
    from int_allocations
    inner join credits on int_allocations.credit_no = credits.credit_no
    inner join items on int_allocations.item_no = items.item_no
    cross join position
)

select * from final
