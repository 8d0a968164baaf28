with

requests as (
    select
        request_id,
        batch_id,
        invoice_id,
        amount,
        reason_code
    from {{ ref('int_write_off_requests') }}
    where batch_id is not null
),

papers as (
    select * from {{ ref('stg_write_off_papers') }}
),

-- The lines that the signed paper should list, one for each request.
listed as (
    select
        batch_id,
        request_id,
        amount,
        request_id || '|' || invoice_id || '|' || cast(amount as string) || '|' || reason_code
            as explanation
    from requests
),

totalled as (
    select
        batch_id,
        count(*) as request_count,
        cast(sum(amount) as decimal(18, 2)) as amount,
        {{ ordered_list('explanation', 'request_id', '\n') }} as explanation
    from listed
    group by batch_id
),

hashed as (
    select
        batch_id,
        request_count,
        amount,
        {{ sha256_of('explanation') }} as content_sha256
    from totalled
),

-- A paper without a hash is compared by count and value only.
compared as (
    select
        hashed.batch_id,
        hashed.request_count,
        hashed.amount,
        hashed.content_sha256,
        papers.approved_on as paper_approved_on,
        papers.request_count as paper_request_count,
        papers.total_amount as paper_amount,
        papers.content_sha256 as paper_sha256,
        case
            when papers.batch_id is null then 'no_paper'
            when papers.request_count != hashed.request_count then 'count_differs'
            when papers.total_amount != hashed.amount then 'value_differs'
            when
                papers.content_sha256 is not null
                and lower(trim(papers.content_sha256)) != hashed.content_sha256
                then 'content_differs'
            else 'agrees'
        end as paper_result
    from hashed
    left join papers on hashed.batch_id = papers.batch_id
)

select * from compared
