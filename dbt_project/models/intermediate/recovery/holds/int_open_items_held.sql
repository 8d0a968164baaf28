with

open_items as (
    select * from {{ ref('int_open_items') }}
),

holds as (
    select * from {{ ref('int_holds_reached') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

holds_today as (
    select holds.*
    from holds
    cross join position
    where holds.ends_on is null or holds.ends_on >= position.as_of_date
),

debts as (
    select
        item_kind,
        item_id,
        debtor_id,
        queue_invoice_id,
        debt_date
    from open_items
    where not is_open_credit
),

held as (
    {{ reached_by_holds(
        'debts',
        'holds_today',
        invoice_id='queue_invoice_id',
        dated_on='debt_date',
        columns=[
            'debts.item_kind',
            'debts.item_id',
            'holds_today.hold_source',
            'holds_today.hold_type',
        ]
    ) }}
),

flagged as (
    select
        item_kind,
        item_id,
        bool_or(hold_type = 'dispute') as is_disputed,
        bool_or(hold_source != 'dispute') as is_held
    from held
    group by
        item_kind,
        item_id
)

select * from flagged
