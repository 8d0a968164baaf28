with

arrangements as (
    select * from {{ ref('int_arrangements') }}
),

-- Weekly instalments for a century: a longer schedule is a typing error, not an arrangement.
counted as (
    select
        arrangements.*,
        case
            when initial_amount < 0 then 'the initial amount is negative'
            when initial_amount > total_amount then 'the initial amount exceeds the total'
            when
                frequency != 'one_off'
                and {{ pence('total_amount - initial_amount') }}
                > 5200 * {{ pence('instalment_amount') }}
                then 'the instalments are too small to end within a century'
        end as schedule_fault,
        case
            when frequency = 'one_off' then total_amount - initial_amount
            else instalment_amount
        end as regular_amount
    from arrangements
),

numbered as (
    select
        arrangement_id,
        first_due_on,
        frequency,
        total_amount,
        initial_amount,
        regular_amount,
        {{ number_series(
            divide_whole(
                pence('total_amount - initial_amount + regular_amount') ~ ' - 1',
                pence('regular_amount')
            )
        ) }} as instalment_no
    from counted
    where schedule_fault is null and total_amount > initial_amount
),

instalments as (
    select
        arrangement_id,
        cast(instalment_no as bigint) as instalment_no,
        case frequency
            when 'weekly' then {{ add_days('first_due_on', '7 * (instalment_no - 1)') }}
            when 'fortnightly' then {{ add_days('first_due_on', '14 * (instalment_no - 1)') }}
            when 'four_weekly' then {{ add_days('first_due_on', '28 * (instalment_no - 1)') }}
            else {{ add_months('first_due_on', 'instalment_no - 1') }}
        end as due_on,
        cast(least(
            regular_amount,
            total_amount - initial_amount - (instalment_no - 1) * regular_amount
        ) as decimal(18, 2)) as amount
    from numbered
    union all
    select
        arrangement_id,
        cast(0 as bigint) as instalment_no,
        initial_due_on as due_on,
        initial_amount as amount
    from counted
    where schedule_fault is null and initial_amount > 0
),

cumulated as (
    select
        arrangement_id,
        instalment_no,
        due_on,
        amount,
        cast(sum(amount) over (
            partition by arrangement_id order by instalment_no nulls last
            rows between unbounded preceding and current row
        ) as decimal(18, 2)) as cumulative_amount
    from instalments
)

select * from cumulated
