with

movements_compared as (
    select * from compared.movements_compared
),

rows_compared as (
    select * from compared.rows_compared
),

rows_changed as (
    select * from rows_compared
    where is_changed
),

-- What a changed row refers to, as known on either side.
parents_of_changed as (
    select
        feed,
        row_key,
        parent_id
    from rows_changed
    union distinct
    select
        feed,
        row_key,
        earlier_parent_id as parent_id
    from rows_changed
),

invoices_of_changed as (
    select
        feed,
        row_key,
        invoice_id
    from rows_changed
    union distinct
    select
        feed,
        row_key,
        earlier_invoice_id as invoice_id
    from rows_changed
),

position as (
    select
        earlier_position.as_of_date,
        earlier_position.known_at as earlier_known_at,
        later_position.known_at as later_known_at
    from earlier.position as earlier_position
    cross join later.position as later_position
),

earlier_debtors_by_feed as (
    select
        source_id as receipt_id,
        min(debtor_id) as debtor_id
    from earlier.allocations
    where source_type = 'receipt' and allocation_rule = 'feed'
    group by source_id
),

later_debtors_by_feed as (
    select
        source_id as receipt_id,
        min(debtor_id) as debtor_id
    from later.allocations
    where source_type = 'receipt' and allocation_rule = 'feed'
    group by source_id
),

movements as (
    select distinct
        movement_type,
        movement_id,
        movement_type || 's' as feed
    from movements_compared
),

-- The receipt or write-off that a movement reverses, and the receipt whose debtor it shares.
with_parents as (
    select
        movements.*,
        own_rows.parent_id,
        case
            when movements.movement_type = 'receipt' then movements.movement_id
            when movements.movement_type in ('receipt_reversal', 'refund') then own_rows.parent_id
        end as receipt_id,
        case when movements.movement_type = 'write_back' then 'write_offs' else 'receipts' end
            as parent_feed
    from movements
    left join rows_compared as own_rows
        on movements.feed = own_rows.feed and movements.movement_id = own_rows.row_key
),

-- What identifies the debtor of a receipt without one: its own cells, and the feed allocations.
with_receipts as (
    select
        with_parents.*,
        coalesce(receipts.invoice_id, receipts.reference) as sought_invoice_id,
        case when receipts.invoice_id is null then receipts.reference end as reference_in_force,
        coalesce(earlier_debtors_by_feed.debtor_id, '')
        != coalesce(later_debtors_by_feed.debtor_id, '') as is_moved_by_feed
    from with_parents
    left join rows_compared as receipts
        on with_parents.receipt_id = receipts.row_key and receipts.feed = 'receipts'
    left join earlier_debtors_by_feed
        on with_parents.receipt_id = earlier_debtors_by_feed.receipt_id
    left join later_debtors_by_feed
        on with_parents.receipt_id = later_debtors_by_feed.receipt_id
),

invoices_named_by_feed as (
    select
        with_receipts.movement_type,
        with_receipts.movement_id,
        allocations.invoice_id
    from with_receipts
    inner join rows_compared as allocations
        on
            allocations.feed = 'allocations'
            and allocations.reference = 'receipt'
            and with_receipts.receipt_id = allocations.parent_id
    where with_receipts.is_moved_by_feed
    union distinct
    select
        with_receipts.movement_type,
        with_receipts.movement_id,
        allocations.earlier_invoice_id as invoice_id
    from with_receipts
    inner join rows_compared as allocations
        on
            allocations.feed = 'allocations'
            and allocations.reference = 'receipt'
            and with_receipts.receipt_id = allocations.earlier_parent_id
    where with_receipts.is_moved_by_feed
),

-- From the nearest to the farthest, in the order in which the ledger looks.
candidates as (
    select
        with_receipts.movement_type,
        with_receipts.movement_id,
        1 as distance,
        'own_row' as cause,
        rows_changed.feed,
        rows_changed.row_key
    from with_receipts
    inner join rows_changed
        on
            with_receipts.feed = rows_changed.feed
            and with_receipts.movement_id = rows_changed.row_key
    union all
    select
        with_receipts.movement_type,
        with_receipts.movement_id,
        2 as distance,
        'undone_row' as cause,
        rows_changed.feed,
        rows_changed.row_key
    from with_receipts
    inner join rows_changed
        on
            with_receipts.parent_feed = rows_changed.feed
            and with_receipts.parent_id = rows_changed.row_key
    union all
    select
        with_receipts.movement_type,
        with_receipts.movement_id,
        3 as distance,
        'allocation' as cause,
        parents_of_changed.feed,
        parents_of_changed.row_key
    from with_receipts
    inner join parents_of_changed
        on
            parents_of_changed.feed = 'allocations'
            and with_receipts.receipt_id = parents_of_changed.parent_id
    where with_receipts.is_moved_by_feed
    union all
    select
        invoices_named_by_feed.movement_type,
        invoices_named_by_feed.movement_id,
        4 as distance,
        'allocated_invoice' as cause,
        invoices_of_changed.feed,
        invoices_of_changed.row_key
    from invoices_named_by_feed
    inner join invoices_of_changed
        on
            invoices_named_by_feed.invoice_id = invoices_of_changed.invoice_id
            and invoices_of_changed.feed in ('invoices', 'invoice_instalments')
    union all
    select
        with_receipts.movement_type,
        with_receipts.movement_id,
        5 as distance,
        'found_row' as cause,
        rows_changed.feed,
        rows_changed.row_key
    from with_receipts
    inner join rows_changed
        on
            rows_changed.feed = 'invoices'
            and with_receipts.sought_invoice_id = rows_changed.row_key
    where
        not with_receipts.is_moved_by_feed
        and rows_changed.earlier_debtor_id is distinct from rows_changed.later_debtor_id
    union all
    select
        with_receipts.movement_type,
        with_receipts.movement_id,
        case when rows_changed.feed = 'arrangements' then 6 else 7 end as distance,
        'found_row' as cause,
        rows_changed.feed,
        rows_changed.row_key
    from with_receipts
    inner join rows_changed
        on
            rows_changed.feed in ('arrangements', 'debtors')
            and with_receipts.reference_in_force = rows_changed.row_key
    where
        not with_receipts.is_moved_by_feed
        and rows_changed.earlier_debtor_id is distinct from rows_changed.later_debtor_id
    union all
    select
        with_receipts.movement_type,
        with_receipts.movement_id,
        8 as distance,
        'same_receipt' as cause,
        parents_of_changed.feed,
        parents_of_changed.row_key
    from with_receipts
    inner join parents_of_changed
        on
            parents_of_changed.feed in ('receipt_reversals', 'refunds')
            and with_receipts.receipt_id = parents_of_changed.parent_id
    union all
    select
        invoices_named_by_feed.movement_type,
        invoices_named_by_feed.movement_id,
        9 as distance,
        'other_allocation' as cause,
        invoices_of_changed.feed,
        invoices_of_changed.row_key
    from invoices_named_by_feed
    inner join invoices_of_changed
        on
            invoices_of_changed.feed = 'allocations'
            and invoices_named_by_feed.invoice_id = invoices_of_changed.invoice_id
),

last_changed as (
    select
        feed,
        row_key,
        row_number() over (
            order by known_on desc nulls last, feed asc nulls last, row_key asc nulls last
        ) as place
    from rows_changed
),

-- A cause for every row: if nothing near it changed, the row that became known last.
with_last_resort as (
    select * from candidates
    union all
    select
        movements.movement_type,
        movements.movement_id,
        10 as distance,
        'other_row' as cause,
        last_changed.feed,
        last_changed.row_key
    from movements
    cross join last_changed
    where last_changed.place = 1
),

in_order as (
    select
        with_last_resort.movement_type,
        with_last_resort.movement_id,
        with_last_resort.cause,
        rows_changed.*,
        row_number() over (
            partition by with_last_resort.movement_type, with_last_resort.movement_id
            order by
                with_last_resort.distance asc nulls last, rows_changed.known_on desc nulls last,
                rows_changed.feed asc nulls last, rows_changed.row_key asc nulls last
        ) as place
    from with_last_resort
    inner join rows_changed
        on
            with_last_resort.feed = rows_changed.feed
            and with_last_resort.row_key = rows_changed.row_key
),

final as (
    select
        position.as_of_date,
        position.earlier_known_at,
        position.later_known_at,
        movements_compared.debtor_id,
        movements_compared.movement_type,
        movements_compared.movement_id,
        movements_compared.invoice_id,
        movements_compared.effective_on,
        movements_compared.before_amount,
        movements_compared.after_amount,
        cast(
            movements_compared.after_amount - movements_compared.before_amount as decimal(18, 2)
        ) as difference_amount,
        causes.cause,
        causes.source_change,
        causes.feed as source_feed,
        causes.row_key as source_key,
        causes.source_file,
        causes.source_line,
        causes.known_on,
        causes.officer_id,
        causes.approved_by
    from movements_compared
    cross join position
    left join in_order as causes
        on
            movements_compared.movement_type = causes.movement_type
            and movements_compared.movement_id = causes.movement_id
            and causes.place = 1
)

select * from final
