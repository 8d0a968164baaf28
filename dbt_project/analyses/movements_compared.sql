with

known_earlier as (
    select * from earlier.ledger_movements
),

known_later as (
    select * from later.ledger_movements
),

both_sides as (
    select
        debtor_id,
        movement_type,
        movement_id,
        invoice_id as earlier_invoice_id,
        cast(null as string) as later_invoice_id,
        effective_on as earlier_effective_on,
        cast(null as date) as later_effective_on,
        amount as before_amount,
        cast(0 as decimal(18, 2)) as after_amount
    from known_earlier
    union all
    select
        debtor_id,
        movement_type,
        movement_id,
        cast(null as string) as earlier_invoice_id,
        invoice_id as later_invoice_id,
        cast(null as date) as earlier_effective_on,
        effective_on as later_effective_on,
        cast(0 as decimal(18, 2)) as before_amount,
        amount as after_amount
    from known_later
),

side_by_side as (
    select
        debtor_id,
        movement_type,
        movement_id,
        coalesce(max(later_invoice_id), max(earlier_invoice_id)) as invoice_id,
        coalesce(max(later_effective_on), max(earlier_effective_on)) as effective_on,
        cast(sum(before_amount) as decimal(18, 2)) as before_amount,
        cast(sum(after_amount) as decimal(18, 2)) as after_amount
    from both_sides
    group by
        debtor_id,
        movement_type,
        movement_id
),

differing as (
    select * from side_by_side
    where before_amount != after_amount
)

select * from differing
