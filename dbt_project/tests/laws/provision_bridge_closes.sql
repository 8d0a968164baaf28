-- The steps from the opening provision lead to the closing one, penny for penny. Bridge and
-- back-test end with the debt that is open. The rounding step is no larger than rounding can be.
with

bridge as (
    select * from {{ ref('provision_bridge') }}
),

provision as (
    select * from {{ ref('bad_debt_provision') }}
),

cohorts as (
    select * from {{ ref('int_provision_cohorts') }}
),

-- At most half a penny on each row of either provision and on each of the six steps.
rows_rounded as (
    select
        debt_type,
        count(*) as row_count
    from (
        select coalesce(debt_type, '') as debt_type
        from provision
        union all
        select debt_type
        from cohorts
        where moment = 'year_opening' and not is_new
    ) as rounded
    group by debt_type
),

still_open as (
    select
        cohorts.moment,
        cohorts.debt_type,
        sum(cohorts.open_amount) as amount
    from cohorts
    group by
        cohorts.moment,
        cohorts.debt_type
),

open_now as (
    select
        coalesce(debt_type, '') as debt_type,
        sum(outstanding_amount) as amount
    from provision
    group by coalesce(debt_type, '')
),

breaches as (
    select
        bridge.debt_type,
        bridge.difference as amount
    from bridge
    left join rows_rounded on coalesce(bridge.debt_type, '') = rows_rounded.debt_type
    where
        bridge.difference != 0
        or bridge.opening_provision_amount + bridge.new_debt_amount + bridge.collected_amount
        + bridge.written_off_amount + bridge.credited_amount + bridge.aged_amount
        + bridge.policy_changed_amount + bridge.rounding_amount != bridge.closing_provision_amount
        or abs(bridge.rounding_amount) > 0.005 * (coalesce(rows_rounded.row_count, 0) + 6)
    union all
    select
        still_open.debt_type,
        still_open.amount - coalesce(open_now.amount, 0) as amount
    from still_open
    left join open_now on still_open.debt_type = open_now.debt_type
    where still_open.amount != coalesce(open_now.amount, 0)
    union all
    select
        cohorts.debt_type,
        cohorts.open_amount as amount
    from cohorts
    where
        cohorts.open_amount < 0
        or cohorts.opening_amount < 0
        or cohorts.opening_amount != cohorts.collected_amount + cohorts.written_off_amount
        + cohorts.credited_amount + case when cohorts.is_new then 0 else cohorts.open_amount end
)

select * from breaches
