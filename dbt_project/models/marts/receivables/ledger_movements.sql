{{ config(materialized="view") }}

with

movements as (
    select * from {{ ref('int_movements') }}
),

receipt_reversals as (
    select
        reversal_id,
        receipt_id
    from {{ ref('stg_receipt_reversals') }}
),

refunds as (
    select
        refund_id,
        receipt_id
    from {{ ref('stg_refunds') }}
),

write_backs as (
    select
        write_back_id,
        write_off_id
    from {{ ref('stg_write_backs') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

undoings as (
    select
        'receipt_reversal' as movement_type,
        reversal_id as movement_id,
        receipt_id as undone_id
    from receipt_reversals
    union all
    select
        'refund' as movement_type,
        refund_id as movement_id,
        receipt_id as undone_id
    from refunds
    union all
    select
        'write_back' as movement_type,
        write_back_id as movement_id,
        write_off_id as undone_id
    from write_backs
),

final as (
    select
        position.as_of_date,
        position.known_at,
        movements.movement_id,
        movements.movement_type,
        movements.debtor_id,
        movements.invoice_id,
        undoings.undone_id,
        movements.effective_on,
        movements.known_on,
        cast(movements.amount as decimal(18, 2)) as amount,
        movements.source_file,
        movements.source_line
    from movements
    cross join position
    left join undoings
        on
            movements.movement_type = undoings.movement_type
            and movements.movement_id = undoings.movement_id
)

select * from final
