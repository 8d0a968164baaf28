with

judged as (
    select * from {{ ref('int_promises_judged') }}
),

final as (
    select
        as_of_date,
        known_at,
        action_id,
        debtor_id,
        invoice_id,
        officer_id,
        made_on,
        promised_on,
        promised_amount,
        status,
        paid_amount,
        {{ divide_whole(pence('paid_amount') ~ ' * 100', pence('promised_amount')) }} as paid_pct,
        last_day,
        kept_on,
        case
            when status = 'kept'
                then greatest({{ days_between('promised_on', 'kept_on') }}, 0)
            when status in ('partly_kept', 'broken')
                then {{ days_between('promised_on', 'as_of_date') }}
            else 0
        end as days_late,
        case status
            when 'kept'
                then
                    cast(paid_amount as string) || ' of ' || cast(promised_amount as string)
                    || ' came by ' || cast(kept_on as string)
            when 'pending'
                then
                    cast(paid_amount as string) || ' of ' || cast(promised_amount as string)
                    || ' has come; it may come until ' || cast(last_day as string)
            when 'protected' then 'the person is or was protected in these days; nothing is judged'
            when 'not_evaluated'
                then case
                    when last_day is null or tolerance_amount is null
                        then 'a figure of policy casework_rules is missing'
                    else 'a refused row keeps something of the debtor from us'
                end
            else
                cast(paid_amount as string) || ' of ' || cast(promised_amount as string)
                || ' came by ' || cast(last_day as string)
        end as explanation,
        tolerance_days,
        tolerance_amount,
        policy_rows,
        known_on,
        source_file,
        source_line
    from judged
)

select * from final
