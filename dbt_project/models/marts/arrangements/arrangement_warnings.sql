with

warned as (
    select * from {{ ref('int_arrangement_warnings_judged') }}
),

explained as (
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
            when not is_warned then null
            when status = 'breached' then shortfall_amount
            when is_near_breach then short_amount
        end as short_amount,
        case when is_warned and is_near_breach then pay_by end as pay_by,
        case when is_warned then missed_count end as missed_count,
        case when is_warned then oldest_missed_on end as oldest_missed_on,
        case when is_warned then missed_amount end as missed_amount,
        case when is_warned then days_since_missed end as days_since_missed,
        case when is_warned then noticed_on end as noticed_on,
        breached_on,
        review_due_on,
        case when is_warned then replan_basis end as replan_basis,
        case when is_warned then replan_frequency end as replan_frequency,
        case when is_warned then cast(replan_instalment_amount as decimal(18, 2)) end
            as replan_instalment_amount,
        case when is_warned then replan_count end as replan_instalment_count,
        case when is_warned and replan_count is not null then first_due_on end
            as replan_first_due_on,
        case when is_warned then replan_end_on end as replan_end_on,
        case when is_warned then is_replan_within_length end as is_replan_within_length,
        case when is_warned then is_replan_within_cap end as is_replan_within_cap,
        case when is_warned and not is_replan_within_cap then 'manager' end as approval_needed,
        reason,
        policy_rows
    from explained
)

select * from final
