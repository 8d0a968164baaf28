with

requests as (
    select * from {{ ref('int_write_off_requests') }}
),

findings as (
    select * from {{ ref('int_write_off_findings') }}
),

reasons as (
    select * from {{ ref('int_write_off_reasons') }}
),

stages as (
    select * from {{ ref('int_write_off_stages') }}
),

obstacles as (
    select distinct request_id from {{ ref('int_write_off_obstacles') }}
),

bands as (
    select * from {{ ref('int_write_off_bands') }}
    where value_kind in ('together', 'largest')
),

-- Requests that together reach a higher band than the largest of them alone.
splits as (
    select distinct together.request_id
    from bands as together
    inner join bands as largest
        on
            together.request_id = largest.request_id
            and together.window_id = largest.window_id
    where
        together.value_kind = 'together'
        and largest.value_kind = 'largest'
        and together.amount_from > largest.amount_from
),

-- One row per request and check that applies to it.
every_check as (
    select
        request_id,
        'W01' as check_code,
        is_balance_changed as is_failed
    from findings
    union all
    select
        request_id,
        'W02' as check_code,
        lacks_authority as is_failed
    from findings
    union all
    select
        request_id,
        'W03' as check_code,
        shares_actors as is_failed
    from findings
    union all
    select
        request_id,
        'W04' as check_code,
        not is_known or not covers_amount or keys_lacking > 0 as is_failed
    from reasons
    union all
    select
        request_id,
        'W05' as check_code,
        not is_stage_reached as is_failed
    from stages
    union all
    select
        requests.request_id,
        'W06' as check_code,
        obstacles.request_id is not null as is_failed
    from requests
    left join obstacles on requests.request_id = obstacles.request_id
    union all
    select
        request_id,
        'W11' as check_code,
        has_open_credit as is_failed
    from findings
    union all
    select
        request_id,
        'W12' as check_code,
        not is_write_off as is_failed
    from reasons
    union all
    select
        request_id,
        'W15' as check_code,
        lacks_minute as is_failed
    from findings
    union all
    select
        requests.request_id,
        'W16' as check_code,
        splits.request_id is not null as is_failed
    from requests
    left join splits on requests.request_id = splits.request_id
    union all
    select
        request_id,
        'W17' as check_code,
        is_duplicate as is_failed
    from findings
    union all
    select
        request_id,
        'W19' as check_code,
        lacks_independence as is_failed
    from findings
    where is_related_party
    union all
    select
        request_id,
        'W20' as check_code,
        posted_amount != amount or is_posted_elsewhere as is_failed
    from requests
    where life_cycle = 'posted'
)

select * from every_check
