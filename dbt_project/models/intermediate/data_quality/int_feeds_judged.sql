with

feeds_known as (
    select * from {{ ref('stg_feeds_known') }}
),

files as (
    select
        feed,
        file_day
    from {{ ref('stg_files') }}
    where refused_code is null
),

required_feeds as (
    select * from {{ ref('stg_policy__required_feeds') }}
),

feed_freshness as (
    select * from {{ ref('stg_policy__feed_freshness') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- A mapped file that yields several feeds names them all, joined by a plus sign.
latest_files as (
    select
        feeds_known.feed,
        max(files.file_day) as latest_day
    from feeds_known
    left join files on '+' || files.feed || '+' like '%+' || feeds_known.feed || '+%'
    group by feeds_known.feed
),

judged as (
    select
        feeds_known.feed,
        feeds_known.is_known,
        not feeds_known.is_known and required_feeds.feed is not null as is_empty,
        feed_freshness.agreed_days,
        -- A feed with an agreed age that has never arrived is stale.
        feed_freshness.feed is not null
        and coalesce(
            {{ days_between('latest_files.latest_day', 'position.known_at') }}
            > feed_freshness.agreed_days,
            true
        ) as is_stale
    from feeds_known
    cross join position
    inner join latest_files on feeds_known.feed = latest_files.feed
    left join required_feeds
        on
            feeds_known.feed = required_feeds.feed
            and {{ policy_in_force('required_feeds', 'position.as_of_date') }}
    left join feed_freshness
        on
            feeds_known.feed = feed_freshness.feed
            and {{ policy_in_force('feed_freshness', 'position.as_of_date') }}
)

select * from judged
