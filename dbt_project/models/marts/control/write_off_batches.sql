with

requests as (
    select
        request_id,
        batch_id,
        invoice_id,
        amount,
        reason_code,
        life_cycle,
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

-- What the paper that is signed would list, a line for each request.
listed as (
    select
        requests.batch_id,
        requests.request_id,
        requests.amount,
        requests.posted_amount,
        decisions.decision,
        coalesce(decisions.authority_band, 'none') as authority_band,
        coalesce(reasons.family, 'unknown') as reason_family,
        requests.request_id || '|' || requests.invoice_id || '|'
        || cast(requests.amount as string) || '|' || requests.reason_code as told
    from requests
    inner join decisions on requests.request_id = decisions.request_id
    inner join reasons on requests.request_id = reasons.request_id
),

totalled as (
    select
        batch_id,
        count(*) as request_count,
        cast(sum(amount) as decimal(18, 2)) as amount,
        cast(
            sum(case when decision in ('approved', 'posted') then 1 else 0 end) as bigint
        ) as approved_count,
        cast(
            sum(case when decision in ('approved', 'posted') then amount else 0 end)
            as decimal(18, 2)
        ) as approved_amount,
        cast(sum(coalesce(posted_amount, 0)) as decimal(18, 2)) as posted_amount,
        {{ sorted_list('authority_band') }} as authority_bands,
        {{ sorted_list('reason_family') }} as reason_families,
        {{ ordered_list('told', 'request_id', '\n') }} as told
    from listed
    group by batch_id
),

final as (
    select
        position.as_of_date,
        position.known_at,
        totalled.batch_id,
        totalled.request_count,
        totalled.amount,
        totalled.approved_count,
        totalled.approved_amount,
        totalled.posted_amount,
        totalled.authority_bands,
        totalled.reason_families,
        totalled.authority_bands not like '%,%' and totalled.reason_families not like '%,%'
            as is_one_band_and_family,
        {{ sha256_of('totalled.told') }} as content_sha256
    from totalled
    cross join position
)

select * from final
