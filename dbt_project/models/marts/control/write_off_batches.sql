with

batches as (
    select * from {{ ref('int_write_off_batches') }}
),

requests as (
    select
        request_id,
        batch_id,
        amount,
        posted_amount
    from {{ ref('int_write_off_requests') }}
    where batch_id is not null
),

decisions as (
    select
        request_id,
        decision,
        authority_band
    from {{ ref('write_off_decisions') }}
),

reasons as (
    select
        request_id,
        family
    from {{ ref('int_write_off_reasons') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

decided as (
    select
        requests.batch_id,
        requests.amount,
        requests.posted_amount,
        decisions.decision in ('approved', 'posted') as is_approved,
        coalesce(decisions.authority_band, 'none') as authority_band,
        coalesce(reasons.family, 'unknown') as reason_family
    from requests
    inner join decisions on requests.request_id = decisions.request_id
    inner join reasons on requests.request_id = reasons.request_id
),

totalled as (
    select
        batch_id,
        cast(sum(case when is_approved then 1 else 0 end) as bigint) as approved_count,
        cast(sum(case when is_approved then amount else 0 end) as decimal(18, 2))
            as approved_amount,
        cast(sum(coalesce(posted_amount, 0)) as decimal(18, 2)) as posted_amount,
        {{ sorted_list('authority_band') }} as authority_bands,
        {{ sorted_list('reason_family') }} as reason_families
    from decided
    group by batch_id
),

final as (
    select
        position.as_of_date,
        position.known_at,
        batches.batch_id,
        batches.request_count,
        batches.amount,
        totalled.approved_count,
        totalled.approved_amount,
        totalled.posted_amount,
        totalled.authority_bands,
        totalled.reason_families,
        totalled.authority_bands not like '%,%' and totalled.reason_families not like '%,%'
            as is_one_band_and_family,
        batches.content_sha256,
        batches.paper_result,
        batches.paper_request_count,
        batches.paper_amount,
        batches.paper_sha256,
        batches.paper_approved_on
    from batches
    cross join position
    inner join totalled on batches.batch_id = totalled.batch_id
)

select * from final
