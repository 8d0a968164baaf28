{{ config(materialized="view") }}

with

movements as (
    select * from {{ ref('int_movements') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        movements.movement_id,
        movements.movement_type,
        movements.debtor_id,
        movements.invoice_id,
        movements.undone_id,
        movements.effective_on,
        movements.known_on,
        cast(movements.amount as decimal(18, 2)) as amount,
        movements.source_file,
        movements.source_line
    from movements
    cross join position
)

select * from final
