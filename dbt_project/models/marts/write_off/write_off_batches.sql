with

batches as (
    select * from {{ ref('int_write_off_batches') }}
),

requests as (
    select
        request_id,
        batch_id,
        amount,
        approved_on,
        posted_amount
    from {{ ref('int_write_off_requests') }}
    where batch_id is not null
),

write_offs as (
    select
        request_id,
        written_off_on
    from {{ ref('stg_write_offs') }}
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

-- A batch belongs to the months in which it was posted or, before any posting, in which it was
-- approved.
dated as (
    select
        requests.batch_id,
        true as is_posted,
        substr(cast(write_offs.written_off_on as string), 1, 7) as period
    from requests
    inner join write_offs on requests.request_id = write_offs.request_id
    union all
    select
        batch_id,
        false as is_posted,
        substr(cast(approved_on as string), 1, 7) as period
    from requests
    where approved_on is not null
),

periods as (
    select
        batch_id,
        coalesce(
            {{ sorted_list('case when is_posted then period end') }},
            {{ sorted_list('case when not is_posted then period end') }}
        ) as accounting_periods
    from dated
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
        periods.accounting_periods,
        coalesce(periods.accounting_periods, '') not like '%,%' as is_one_period,
        batches.content_sha256,
        batches.paper_result,
        batches.paper_request_count,
        batches.paper_amount,
        batches.paper_sha256,
        batches.paper_approved_on
    from batches
    cross join position
    inner join totalled on batches.batch_id = totalled.batch_id
    left join periods on batches.batch_id = periods.batch_id
)

select * from final
