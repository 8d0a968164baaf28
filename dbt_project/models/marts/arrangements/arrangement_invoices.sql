with

arrangement_invoices as (
    select
        arrangement_id,
        invoice_id
    from {{ ref('stg_arrangement_invoices') }}
),

arrangements as (
    select arrangement_id from {{ ref('int_arrangements') }}
),

arrangement_items as (
    select * from {{ ref('int_arrangement_items') }}
),

items_settled as (
    select
        item_no,
        settled_amount
    from {{ ref('int_items_settled') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- Adjustments after the agreement are not part of it.
counted as (
    select
        arrangement_items.arrangement_id,
        arrangement_items.invoice_id,
        sum(arrangement_items.amount) as counted_amount,
        sum(items_settled.settled_amount) as settled_amount
    from arrangement_items
    inner join items_settled on arrangement_items.item_no = items_settled.item_no
    where not arrangement_items.is_later_adjustment
    group by
        arrangement_items.arrangement_id,
        arrangement_items.invoice_id
),

final as (
    select
        position.as_of_date,
        position.known_at,
        arrangement_invoices.arrangement_id,
        arrangement_invoices.invoice_id,
        cast(counted.counted_amount as decimal(18, 2)) as counted_amount,
        cast(counted.settled_amount as decimal(18, 2)) as settled_amount,
        cast(counted.counted_amount - counted.settled_amount as decimal(18, 2))
            as outstanding_amount
    from arrangement_invoices
    cross join position
    inner join arrangements on arrangement_invoices.arrangement_id = arrangements.arrangement_id
    left join counted
        on
            arrangement_invoices.arrangement_id = counted.arrangement_id
            and arrangement_invoices.invoice_id = counted.invoice_id
)

select * from final
