with

open_items_earlier as (
    select * from earlier.open_items
),

open_items_later as (
    select * from later.open_items
),

suspense_earlier as (
    select * from earlier.suspense
),

suspense_later as (
    select * from later.suspense
),

position as (
    select
        earlier_position.as_of_date,
        earlier_position.known_at as earlier_known_at,
        later_position.known_at as later_known_at
    from earlier.position as earlier_position
    cross join later.position as later_position
),

-- Receipts in suspense are items without a debtor, so that items and movements have the same total.
items as (
    select
        'earlier' as side,
        debtor_id,
        item_kind,
        item_id,
        invoice_id,
        due_date,
        age_band,
        outstanding_amount
    from open_items_earlier
    union all
    select
        'earlier' as side,
        cast(null as string) as debtor_id,
        'suspense' as item_kind,
        receipt_id as item_id,
        cast(null as string) as invoice_id,
        cast(null as date) as due_date,
        cast(null as string) as age_band,
        -amount as outstanding_amount
    from suspense_earlier
    union all
    select
        'later' as side,
        debtor_id,
        item_kind,
        item_id,
        invoice_id,
        due_date,
        age_band,
        outstanding_amount
    from open_items_later
    union all
    select
        'later' as side,
        cast(null as string) as debtor_id,
        'suspense' as item_kind,
        receipt_id as item_id,
        cast(null as string) as invoice_id,
        cast(null as date) as due_date,
        cast(null as string) as age_band,
        -amount as outstanding_amount
    from suspense_later
),

side_by_side as (
    select
        debtor_id,
        item_kind,
        item_id,
        max(invoice_id) as invoice_id,
        coalesce(sum(case when side = 'earlier' then outstanding_amount end), 0) as before_amount,
        coalesce(sum(case when side = 'later' then outstanding_amount end), 0) as after_amount,
        max(case when side = 'earlier' then due_date end) as before_due_date,
        max(case when side = 'later' then due_date end) as after_due_date,
        max(case when side = 'earlier' then age_band end) as before_age_band,
        max(case when side = 'later' then age_band end) as after_age_band
    from items
    group by
        debtor_id,
        item_kind,
        item_id
),

final as (
    select
        position.as_of_date,
        position.earlier_known_at,
        position.later_known_at,
        side_by_side.debtor_id,
        side_by_side.item_kind,
        side_by_side.item_id,
        side_by_side.invoice_id,
        cast(side_by_side.before_amount as decimal(18, 2)) as before_amount,
        cast(side_by_side.after_amount as decimal(18, 2)) as after_amount,
        cast(side_by_side.after_amount - side_by_side.before_amount as decimal(18, 2))
            as difference_amount,
        side_by_side.before_due_date,
        side_by_side.after_due_date,
        side_by_side.before_age_band,
        side_by_side.after_age_band
    from side_by_side
    cross join position
    where
        side_by_side.before_amount != side_by_side.after_amount
        or side_by_side.before_due_date is distinct from side_by_side.after_due_date
        or side_by_side.before_age_band is distinct from side_by_side.after_age_band
)

select * from final
