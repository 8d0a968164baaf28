with

disputes as (
    select * from {{ ref('int_disputes') }}
),

casework_rules as (
    select * from {{ ref('stg_policy__casework_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

repeat_rule as (
    select
        max(case when casework_rules.rule = 'repeat_cause_cases' then casework_rules.policy_row end)
            as policy_row,
        {{ figure_of('casework_rules', 'repeat_cause_cases', 'bigint') }} as cases,
        {{ figure_of('casework_rules', 'repeat_cause_months', 'bigint') }} as months
    from position
    inner join casework_rules
        on
            casework_rules.rule in ('repeat_cause_cases', 'repeat_cause_months')
            and {{ policy_in_force('casework_rules', 'position.as_of_date') }}
),

judged as (
    select
        disputes.*,
        coalesce(disputes.outcome in ('upheld', 'partly_upheld'), false) as is_upheld,
        coalesce(disputes.outcome in ('upheld', 'partly_upheld', 'not_upheld'), false)
            as is_decided,
        {{ add_months('disputes.raised_on', 'repeat_rule.months') }} >= position.as_of_date
            as is_recent
    from disputes
    cross join position
    cross join repeat_rule
),

totalled as (
    select
        service_code,
        category,
        root_cause,
        count(*) as case_count,
        count(*) filter (where kind = 'complaint') as complaint_count,
        count(*) filter (where is_open) as open_count,
        count(*) filter (where is_decided) as decided_count,
        count(*) filter (where is_upheld) as upheld_count,
        count(*) filter (where is_upheld and is_recent) as recent_upheld_count,
        sum(coalesce(disputed_amount, 0)) as disputed_amount,
        sum(coalesce(remedy_amount, 0)) as remedy_amount,
        min(raised_on) as first_raised_on,
        max(raised_on) as last_raised_on
    from judged
    group by
        service_code,
        category,
        root_cause
),

-- Upheld of those decided in hundredths of a per cent, rounded half up in whole numbers.
rated as (
    select
        totalled.*,
        case
            when decided_count > 0
                then {{ divide_whole(
                    '20000 * upheld_count + decided_count', '2 * greatest(decided_count, 1)'
                ) }}
        end as upheld_hundredths
    from totalled
),

final as (
    select
        position.as_of_date,
        position.known_at,
        rated.service_code,
        rated.category,
        rated.root_cause,
        rated.case_count,
        rated.complaint_count,
        rated.open_count,
        rated.decided_count,
        rated.upheld_count,
        cast(cast(rated.upheld_hundredths as decimal(7, 0)) * 0.01 as decimal(5, 2))
            as upheld_rate,
        cast(rated.disputed_amount as decimal(18, 2)) as disputed_amount,
        cast(rated.remedy_amount as decimal(18, 2)) as remedy_amount,
        rated.first_raised_on,
        rated.last_raised_on,
        rated.recent_upheld_count,
        rated.root_cause is not null and rated.recent_upheld_count >= repeat_rule.cases
            as is_repeat_cause,
        repeat_rule.policy_row
    from rated
    cross join position
    cross join repeat_rule
)

select * from final
