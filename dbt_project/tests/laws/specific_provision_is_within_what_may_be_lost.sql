-- Every open debit is judged once. A specific provision is not negative and at most the open amount
-- less recoverable VAT. There is a specific provision, a reason for none, or no status.
with

open_items as (
    select * from {{ ref('open_items') }}
    where coalesce(age_band, '') != 'unallocated_credit'
),

provision_by_item as (
    select * from {{ ref('provision_by_item') }}
),

both_sides as (
    select
        item_kind,
        item_id,
        outstanding_amount as amount
    from open_items
    union all
    select
        item_kind,
        item_id,
        -outstanding_amount as amount
    from provision_by_item
),

breaches as (
    select
        item_kind,
        item_id
    from both_sides
    group by
        item_kind,
        item_id
    having sum(amount) != 0
    union all
    select
        item_kind,
        item_id
    from provision_by_item
    where
        specific_amount < 0
        or specific_amount > outstanding_amount - recoverable_vat_amount
        or recoverable_vat_amount < 0
        or recoverable_vat_amount > outstanding_amount
        or (status is null) != (specific_amount is null and no_specific_reason is null)
        or (specific_amount is not null and no_specific_reason is not null)
)

select * from breaches
