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

arrangement_invoices as (
    select
        arrangement_id,
        invoice_id
    from {{ ref('stg_arrangement_invoices') }}
),

holds as (
    select
        invoice_id,
        is_protective,
        ends_on
    from {{ ref('int_recovery_holds') }}
),

refused_rows as (
    select debtor_id from {{ ref('int_debtors_with_refused_rows') }}
),

actions as (
    select
        debtor_id,
        invoice_id,
        action_code,
        acted_on,
        outcome_code
    from {{ ref('stg_case_actions') }}
),

affordability as (
    select * from {{ ref('affordability') }}
),

arrangement_rules as (
    select * from {{ ref('stg_policy__arrangement_rules') }}
),

affordability_rules as (
    select * from {{ ref('stg_policy__affordability_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

rules as (
    select
        {{ figure_of('arrangement_rules', 'warn_before_breach_days', 'bigint') }} as warn_days,
        {{ figure_of('arrangement_rules', 'reminder_after_missed', 'bigint') }}
            as reminder_after_days,
        {{ figure_of('arrangement_rules', 'cancel_after_missed', 'bigint') }} as cancel_after_days,
        {{ figure_of('arrangement_rules', 'review_every', 'bigint') }} as review_every_months,
        {{ figure_of('arrangement_rules', 'first_due_after_days', 'bigint') }}
            as first_due_after_days,
        {{ figure_of('arrangement_rules', 'length_without_means_evidence', 'bigint') }}
            as length_without_evidence,
        {{ figure_of('arrangement_rules', 'length_hard_cap', 'bigint') }} as length_hard_cap,
        {{ sorted_list('arrangement_rules.policy_row') }} as policy_rows
    from position
    inner join arrangement_rules
        on
            {{ policy_in_force('arrangement_rules', 'position.as_of_date') }}
            and arrangement_rules.rule in (
                'warn_before_breach_days',
                'reminder_after_missed',
                'cancel_after_missed',
                'review_every',
                'first_due_after_days',
                'length_without_means_evidence',
                'length_hard_cap'
            )
),

means_rules as (
    select
        {{ figure_of('affordability_rules', 'token_below', 'decimal(18, 2)') }} as token_below,
        {{ figure_of('affordability_rules', 'weeks_in_a_year', 'bigint') }} as weeks_in_a_year
    from position
    inner join affordability_rules
        on {{ policy_in_force('affordability_rules', 'position.as_of_date') }}
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
),

-- The first day on which a live arrangement would count as breached if nothing came.
threats as (
    select
        arrangement_id,
        min(counts_from) as breached_from,
        cast(min(short_amount) as decimal(18, 2)) as short_amount
    from instalments_weighed
    where
        status = 'live' and counts_from > as_of_date and short_amount > tolerance_amount
    group by arrangement_id
),

missed as (
    select
        arrangement_id,
        count(*) as missed_count,
        min(due_on) as oldest_missed_on,
        cast(max(missed_amount) as decimal(18, 2)) as missed_amount
    from instalments_weighed
    where due_on < as_of_date and missed_amount > tolerance_amount
    group by arrangement_id
),

noticed as (
    select
        missed.arrangement_id,
        max(actions.acted_on) as noticed_on
    from missed
    inner join arrangements on missed.arrangement_id = arrangements.arrangement_id
    inner join actions on arrangements.debtor_id = actions.debtor_id
    left join arrangement_invoices
        on
            missed.arrangement_id = arrangement_invoices.arrangement_id
            and actions.invoice_id = arrangement_invoices.invoice_id
    where
        actions.action_code = 'missed_instalment_notice'
        and actions.acted_on > missed.oldest_missed_on
        and {{ action_counts('actions') }}
        and (actions.invoice_id is null or arrangement_invoices.invoice_id is not null)
    group by missed.arrangement_id
),

held as (
    select
        arrangement_invoices.arrangement_id,
        bool_or(holds.is_protective) as is_held
    from arrangement_invoices
    inner join holds on arrangement_invoices.invoice_id = holds.invoice_id
    cross join position
    where holds.ends_on is null or holds.ends_on >= position.as_of_date
    group by arrangement_invoices.arrangement_id
),

gathered as (
    select
        arrangements.as_of_date,
        arrangements.known_at,
        arrangements.arrangement_id,
        arrangements.debtor_id,
        arrangements.status,
        arrangements.frequency,
        arrangements.instalment_amount,
        arrangements.actual_balance,
        arrangements.shortfall_amount,
        arrangements.breached_on,
        coalesce(held.is_held, false) as is_held,
        held.arrangement_id is not null as is_paused,
        arrangements.debtor_id in (
            select refused_rows.debtor_id from refused_rows
            where refused_rows.debtor_id is not null
        ) as is_incomplete,
        threats.short_amount,
        {{ add_days('threats.breached_from', -1) }} as pay_by,
        missed.missed_count,
        missed.oldest_missed_on,
        missed.missed_amount,
        -- Held days since it fell due are nobody's fault.
        least(
            {{ days_between('missed.oldest_missed_on', 'arrangements.as_of_date') }},
            arrangements.delinquent_days + arrangements.tolerance_days
        ) as days_since_missed,
        noticed.noticed_on,
        {{ add_months(
            'greatest(arrangements.agreed_on, coalesce(affordability.assessed_on, arrangements.agreed_on))',
            'rules.review_every_months'
        ) }} as review_due_on,
        case
            when affordability.is_valid and affordability.blocked_by is null
                then least(
                    {{ share_of_available(
                        'affordability.available_amount',
                        'arrangements.actual_balance',
                        'affordability.total_debt_counted_amount'
                    ) }},
                    affordability.left_amount
                )
        end as affordable_amount,
        case
            when arrangements.frequency = 'one_off' then arrangements.actual_balance
            else {{ monthly_instalment(
                'least(arrangements.instalment_amount, arrangements.actual_balance)',
                'arrangements.frequency',
                'means_rules.weeks_in_a_year'
            ) }}
        end as present_monthly_amount,
        rules.warn_days,
        rules.reminder_after_days,
        rules.cancel_after_days,
        rules.length_without_evidence,
        rules.length_hard_cap,
        {{ add_days('arrangements.as_of_date', 'rules.first_due_after_days') }} as first_due_on,
        means_rules.token_below,
        rules.policy_rows
    from arrangements
    cross join rules
    cross join means_rules
    left join threats on arrangements.arrangement_id = threats.arrangement_id
    left join missed on arrangements.arrangement_id = missed.arrangement_id
    left join noticed on arrangements.arrangement_id = noticed.arrangement_id
    left join held on arrangements.arrangement_id = held.arrangement_id
    left join affordability on arrangements.debtor_id = affordability.debtor_id
),

-- Nobody is warned who is protected, or of whom something was refused.
judged as (
    select
        gathered.*,
        not is_held and not is_incomplete as is_told,
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
),

told as (
    select
        warned.*,
        case
            when is_held then 'protected: nobody is to be warned or chased while that lasts'
            when is_incomplete
                then
                    'a refused row keeps something of the debtor from us: mend it before warning'
            else concat_ws(
                '; ',
                case
                    when is_near_breach
                        then
                            cast(short_amount as string) || ' by ' || cast(pay_by as string)
                            || ' keeps it live'
                end,
                case
                    when status = 'breached'
                        then
                            'breached since ' || cast(breached_on as string) || ', '
                            || cast(shortfall_amount as string) || ' makes it live again'
                end,
                case
                    when is_reminder_due or is_cancelling_proposed
                        then
                            cast(missed_count as string)
                            || case
                                when missed_count = 1 then ' instalment' else ' instalments'
                            end
                            || ' unmet since ' || cast(oldest_missed_on as string) || ', '
                            || cast(missed_amount as string) || ' in all'
                end,
                case when is_reminder_due then 'a reminder of it is due' end,
                case
                    when is_cancelling_proposed
                        then 'cancelling it is proposed, for an officer to decide'
                end,
                case
                    when replan_basis = 'by_officer'
                        then 'what can be afforded leaves no instalment: an officer works it out'
                    when replan_basis is not null
                        then
                            'to agree anew: ' || cast(replan_instalment_amount as string) || ' '
                            || replace(replan_frequency, '_', ' ') || ', '
                            || cast(replan_count as string)
                            || case
                                when replan_count = 1 then ' instalment' else ' instalments'
                            end
                            || coalesce(' until ' || cast(replan_end_on as string), '')
                            || case
                                when replan_basis = 'affordable'
                                    then ', as a financial statement allows'
                                else ''
                            end
                end,
                case
                    when not is_replan_within_cap
                        then
                            'longer than ' || cast(length_hard_cap as string)
                            || ' months: a manager approves'
                    when not is_replan_within_length and affordable_amount is null
                        then
                            'longer than ' || cast(length_without_evidence as string)
                            || ' months: a financial statement is needed'
                end,
                case
                    when is_review_due
                        then 'a review was due on ' || cast(review_due_on as string)
                end
            )
        end as reason
    from warned
    where warnings is not null
),

final as (
    select
        as_of_date,
        known_at,
        arrangement_id,
        debtor_id,
        status,
        warnings,
        is_held,
        is_paused,
        actual_balance,
        case
            when not is_told then null
            when status = 'breached' then shortfall_amount
            when is_near_breach then short_amount
        end as short_amount,
        case when is_told and is_near_breach then pay_by end as pay_by,
        case when is_told then missed_count end as missed_count,
        case when is_told then oldest_missed_on end as oldest_missed_on,
        case when is_told then missed_amount end as missed_amount,
        case when is_told then days_since_missed end as days_since_missed,
        case when is_told then noticed_on end as noticed_on,
        breached_on,
        review_due_on,
        case when is_told then replan_basis end as replan_basis,
        case when is_told then replan_frequency end as replan_frequency,
        case when is_told then cast(replan_instalment_amount as decimal(18, 2)) end
            as replan_instalment_amount,
        case when is_told then replan_count end as replan_instalment_count,
        case when is_told and replan_count is not null then first_due_on end
            as replan_first_due_on,
        case when is_told then replan_end_on end as replan_end_on,
        case when is_told then is_replan_within_length end as is_replan_within_length,
        case when is_told then is_replan_within_cap end as is_replan_within_cap,
        case when is_told and not is_replan_within_cap then 'manager' end as approval_needed,
        reason,
        policy_rows
    from told
)

select * from final
