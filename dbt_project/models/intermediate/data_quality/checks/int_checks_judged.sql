with

position as (
    select * from {{ ref('stg_position') }}
),

check_codes as (
    select * from {{ ref('stg_policy__check_codes') }}
),

required_controls as (
    select * from {{ ref('stg_policy__required_controls') }}
),

feeds as (
    select * from {{ ref('int_feeds_judged') }}
),

results as (
    select * from {{ ref('int_check_results') }}
),

-- A policy row lists the feeds that its check needs in one cell, separated by spaces.
needed_feeds as (
    select
        check_code,
        effective_from,
        {{ each_listed("replace(feeds_needed, ' ', ',')") }} as feed
    from check_codes
    where feeds_needed is not null
),

missing_feeds as (
    select
        needed_feeds.check_code,
        needed_feeds.effective_from,
        {{ sorted_list('needed_feeds.feed') }} as feeds
    from needed_feeds
    left join feeds on needed_feeds.feed = feeds.feed
    where not coalesce(feeds.is_known, false) and needed_feeds.feed != 'recovery'
    group by
        needed_feeds.check_code,
        needed_feeds.effective_from
),

bad_feeds as (
    select
        check_codes.check_code,
        bool_or(feeds.is_empty or feeds.is_stale) as has_bad_feed
    from check_codes
    inner join feeds on {{ is_listed('check_codes.feeds_needed', 'feeds.feed') }}
    group by check_codes.check_code
),

judged as (
    select
        check_codes.check_code,
        check_codes.description,
        check_codes.severity,
        check_codes.gate,
        check_codes.owner,
        check_codes.policy_row,
        coalesce(results.population, 0) as population,
        coalesce(results.exceptions, 0) as exceptions,
        coalesce(results.exceptions_value, 0) as exceptions_value,
        case
            when coalesce(bad_feeds.has_bad_feed, false) then 'failed'
            when
                missing_feeds.feeds is not null
                or results.check_code is null
                or (results.population = 0 and check_codes.missing_feed is not null)
                then case when required_controls.check_code is null then 'no_data' else 'failed' end
            when coalesce(results.exceptions, 0) = 0 or check_codes.severity = 'none' then 'passed'
            when check_codes.severity = 'B' and results.is_blocking then 'failed'
            else 'warned'
        end as status,
        case
            when missing_feeds.feeds is not null then missing_feeds.feeds
            when coalesce(results.population, 0) = 0
                then coalesce(check_codes.missing_feed, 'rows to check')
        end as missing_feed
    from check_codes
    cross join position
    left join results on check_codes.check_code = results.check_code
    left join bad_feeds on check_codes.check_code = bad_feeds.check_code
    left join missing_feeds
        on
            check_codes.check_code = missing_feeds.check_code
            and check_codes.effective_from = missing_feeds.effective_from
    left join required_controls
        on
            check_codes.check_code = required_controls.check_code
            and {{ policy_in_force('required_controls', 'position.as_of_date') }}
    where {{ policy_in_force('check_codes', 'position.as_of_date') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        judged.check_code,
        judged.description,
        judged.severity,
        cast(judged.population as bigint) as population,
        cast(judged.exceptions as bigint) as exceptions,
        cast(judged.exceptions_value as decimal(18, 2)) as exceptions_value,
        judged.status,
        judged.owner,
        judged.gate,
        case
            when judged.status in ('no_data', 'failed') then judged.missing_feed
        end as missing_feed,
        judged.policy_row
    from judged
    cross join position
)

select * from final
