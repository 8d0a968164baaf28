{{ config(materialized="view") }}

with

gathered as (
    select * from {{ ref('int_arrangements_weighed') }}
),

-- Nobody is warned who is protected, or of whom something was refused.
judged as (
    select
        gathered.*,
        not is_held and not is_incomplete as is_warned,
        coalesce({{ days_between('as_of_date', 'pay_by') }} <= warn_days and not is_paused, false)
            as is_near_breach,
        coalesce(
            days_since_missed >= reminder_after_days and noticed_on is null and not is_paused,
            false
        ) as is_reminder_due,
        coalesce(days_since_missed >= cancel_after_days and not is_paused, false)
            as is_cancelling_proposed,
        coalesce(as_of_date >= review_due_on, false) as is_review_due,
        case
            when status != 'breached' then null
            when affordable_amount is null or affordable_amount >= present_monthly_amount
                then 'same_instalment'
            when affordable_amount >= token_below then 'affordable'
            else 'by_officer'
        end as replan_basis
    from gathered
),

replanned as (
    select
        judged.*,
        case
            when replan_basis = 'affordable' then 'monthly'
            when replan_basis = 'same_instalment' then frequency
        end as replan_frequency,
        case
            when replan_basis = 'affordable' then affordable_amount
            when replan_basis = 'same_instalment' and frequency = 'one_off' then actual_balance
            when replan_basis = 'same_instalment' then least(instalment_amount, actual_balance)
        end as replan_instalment_amount
    from judged
),

counted as (
    select
        replanned.*,
        {{ instalments_to_clear('actual_balance', 'replan_instalment_amount') }} as replan_count
    from replanned
),

-- An end beyond a century of weeks is not worth a date.
ended as (
    select
        counted.*,
        case
            when replan_count is null or replan_count > 5200 then null
            when replan_frequency = 'weekly'
                then {{ add_days('first_due_on', '7 * (replan_count - 1)') }}
            when replan_frequency = 'fortnightly'
                then {{ add_days('first_due_on', '14 * (replan_count - 1)') }}
            when replan_frequency = 'four_weekly'
                then {{ add_days('first_due_on', '28 * (replan_count - 1)') }}
            else {{ add_months('first_due_on', 'replan_count - 1') }}
        end as replan_end_on
    from counted
),

capped as (
    select
        ended.*,
        case
            when replan_count is not null
                then coalesce(
                    replan_end_on < {{ add_months('first_due_on', 'length_without_evidence') }},
                    false
                )
        end as is_replan_within_length,
        case
            when replan_count is not null
                then coalesce(
                    replan_end_on < {{ add_months('first_due_on', 'length_hard_cap') }}, false
                )
        end as is_replan_within_cap
    from ended
),

warned as (
    select
        capped.*,
        nullif(case
            when is_held then 'held'
            when is_incomplete then 'incomplete_data'
            else concat_ws(
                ',',
                case when is_cancelling_proposed then 'cancel_proposed' end,
                case when is_reminder_due then 'missed_instalment' end,
                case when is_near_breach then 'pay_to_stay_live' end,
                case when status = 'breached' then 'replan_proposed' end,
                case when is_review_due then 'review_due' end
            )
        end, '') as warnings
    from capped
)

select * from warned
