with

kpi_targets as (
    select * from {{ ref('stg_policy__kpi_targets') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

shown as (
    select * from {{ ref('int_kpis_compared') }}
),

-- On some days two kinds of period cover the same days: the year to date those of twelve months on
-- 31 March, those of a month on 30 April. They are one period, reported once under all its names.
kinds_of_days as (
    select
        kpi_code,
        period_start,
        period_end,
        {{ sorted_list('period_kind') }} as period_kinds
    from shown
    group by
        kpi_code,
        period_start,
        period_end
),

ranked as (
    select
        shown.*,
        row_number() over (
            partition by kpi_code, period_start, period_end
            order by
                case when period_kind = 'financial_year_to_date' then 2 else 1 end nulls last,
                period_kind nulls last
        ) as sequence_no
    from shown
),

-- A target in another unit than the figure's own is none.
with_targets as (
    select
        ranked.*,
        kinds_of_days.period_kinds,
        kpi_targets.policy_row,
        kpi_targets.direction,
        kpi_targets.definition,
        case when kpi_targets.unit = ranked.unit then kpi_targets.target end as target
    from ranked
    inner join kinds_of_days
        on
            ranked.kpi_code = kinds_of_days.kpi_code
            and ranked.period_start = kinds_of_days.period_start
            and ranked.period_end = kinds_of_days.period_end
    left join kpi_targets
        on
            ranked.kpi_code = kpi_targets.kpi_code
            and {{ policy_in_force('kpi_targets', 'ranked.period_end') }}
    where ranked.sequence_no = 1
),

final as (
    select
        position.as_of_date,
        position.known_at,
        with_targets.kpi_code,
        with_targets.period_kind,
        with_targets.period_kinds,
        with_targets.period_start,
        with_targets.period_end,
        with_targets.counted_to,
        with_targets.kpi_value as value,
        with_targets.unit,
        with_targets.target,
        case with_targets.direction
            when 'at_least' then with_targets.kpi_value >= with_targets.target
            when 'at_most' then with_targets.kpi_value <= with_targets.target
        end as met,
        cast(with_targets.numerator as decimal(38, 2)) as numerator,
        cast(with_targets.denominator as decimal(38, 2)) as denominator,
        with_targets.previous_value,
        case
            when with_targets.kpi_value = with_targets.previous_value then 'unchanged'
            when
                with_targets.direction = 'at_least'
                and with_targets.kpi_value > with_targets.previous_value
                then 'better'
            when
                with_targets.direction = 'at_most'
                and with_targets.kpi_value < with_targets.previous_value
                then 'better'
            when
                with_targets.direction is not null
                and with_targets.kpi_value is not null
                and with_targets.previous_value is not null
                then 'worse'
        end as trend,
        with_targets.direction,
        with_targets.definition,
        with_targets.policy_row
    from with_targets
    cross join position
)

select * from final
