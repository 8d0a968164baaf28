-- Every open debit is in exactly one row of the provision: the open amounts agree by debt type and
-- age band, and no provision is negative or exceeds the open amount.
with

open_items as (
    select * from {{ ref('open_items') }}
    where coalesce(age_band, '') != 'unallocated_credit'
),

bad_debt_provision as (
    select * from {{ ref('bad_debt_provision') }}
),

both_sides as (
    select
        debt_type,
        age_band,
        outstanding_amount as amount,
        1 as items
    from open_items
    union all
    select
        debt_type,
        age_band,
        -outstanding_amount as amount,
        -item_count as items
    from bad_debt_provision
),

breaches as (
    select
        debt_type,
        age_band,
        sum(amount) as difference
    from both_sides
    group by
        debt_type,
        age_band
    having sum(amount) != 0 or sum(items) != 0
    union all
    select
        debt_type,
        age_band,
        provision_amount as difference
    from bad_debt_provision
    where
        provision_amount < 0
        or provision_amount > outstanding_amount
        or (provision_amount is null) != (no_provision_reason is not null)
)

select * from breaches
