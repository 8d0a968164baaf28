with

invoices as (
    select * from {{ ref('int_recovery_invoices') }}
),

timetables as (
    select * from {{ ref('int_timetables') }}
),

-- Invoices with the same timetable, minimum balances reached and stages done are treated alike.
situations as (
    select distinct
        debt_type,
        party_type,
        minimum_reached,
        stages_done
    from invoices
),

judged as (
    select
        situations.debt_type,
        situations.party_type,
        situations.minimum_reached,
        situations.stages_done,
        timetables.stage,
        timetables.place,
        timetables.sort_order,
        timetables.minimum_balance,
        timetables.not_before_days,
        timetables.after_previous_days,
        timetables.needs_officer,
        timetables.policy_row,
        instr(',' || situations.stages_done || ',', ',' || timetables.stage || ',') > 0
            as is_done,
        coalesce(timetables.minimum_balance <= situations.minimum_reached, false) as is_reached
    from situations
    inner join timetables
        on
            situations.debt_type = timetables.debt_type
            and situations.party_type = timetables.party_type
),

-- No stage is skipped: the next is the first that is neither done nor below its minimum.
with_the_next as (
    select
        judged.*,
        min(case when not is_done and is_reached then place end) over (
            partition by debt_type, party_type, minimum_reached, stages_done
        ) as next_place
    from judged
),

with_the_last as (
    select
        with_the_next.*,
        max(case when is_done and (next_place is null or place < next_place) then place end) over (
            partition by debt_type, party_type, minimum_reached, stages_done
        ) as last_place
    from with_the_next
),

named as (
    select
        with_the_last.*,
        max(case when place = next_place then stage end) over (
            partition by debt_type, party_type, minimum_reached, stages_done
        ) as next_stage
    from with_the_last
),

explained as (
    select
        named.*,
        case
            when place = next_place then stage || ': next'
            when place > next_place and is_done
                then stage || ': recorded as done, but ' || next_stage || ' was not'
            when is_done then stage || ': done'
            when not is_reached
                then stage || ': skipped, balance below ' || cast(minimum_balance as string)
            else stage || ': comes after ' || next_stage
        end as stage_text
    from named
),

final as (
    select
        debt_type,
        party_type,
        minimum_reached,
        stages_done,
        max(case when place = last_place then stage end) as last_stage,
        max(next_stage) as next_stage,
        max(case when place = next_place then sort_order end) as next_stage_order,
        max(case when place = next_place then not_before_days end) as not_before_days,
        max(case when place = next_place then after_previous_days end) as after_previous_days,
        max(case when place = next_place then needs_officer end) as needs_officer,
        max(case when place = next_place then policy_row end) as policy_row,
        {{ ordered_list('stage_text', 'place', '; ') }} as stages_text
    from explained
    group by
        debt_type,
        party_type,
        minimum_reached,
        stages_done
)

select * from final
