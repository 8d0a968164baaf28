{{ config(materialized="view") }}

with

arrangements as (
    select * from {{ ref('arrangement_compliance') }}
    where status in ('live', 'breached')
),

schedules as (
    select
        arrangement_id,
        due_on,
        amount
    from {{ ref('int_arrangement_schedules') }}
),

-- What is expected once an instalment counts, whatever else falls due on its day.
instalments as (
    select
        schedules.arrangement_id,
        schedules.due_on,
        sum(schedules.amount) over (
            partition by schedules.arrangement_id order by schedules.due_on nulls last
        ) as due_by_then
    from schedules
    inner join arrangements on schedules.arrangement_id = arrangements.arrangement_id
),

instalments_weighed as (
    select
        instalments.arrangement_id,
        instalments.due_on,
        arrangements.as_of_date,
        {{ add_days('instalments.due_on', 'arrangements.tolerance_days') }} as counts_from,
        arrangements.actual_balance
        - greatest(arrangements.total_amount - instalments.due_by_then, 0) as short_amount,
        instalments.due_by_then - arrangements.paid_to_date as missed_amount,
        arrangements.tolerance_amount,
        arrangements.status
    from instalments
    inner join arrangements on instalments.arrangement_id = arrangements.arrangement_id
)

select * from instalments_weighed
