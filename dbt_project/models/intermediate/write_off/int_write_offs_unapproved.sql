with

write_offs as (
    select
        write_off_id,
        request_id,
        invoice_id,
        written_off_on,
        greatest(written_off_on, coalesce(posted_on, written_off_on)) as entered_on,
        amount
    from {{ ref('stg_write_offs') }}
),

requests as (
    select
        request_id,
        invoice_id,
        requested_on,
        approved_on,
        declined_on
    from {{ ref('stg_write_off_requests') }}
),

-- The register of requests starts with the first request. Write-offs dated and posted before it are
-- brought forward.
register as (
    select min(requested_on) as begins_on
    from requests
),

judged as (
    select
        write_offs.write_off_id,
        write_offs.amount,
        not coalesce(
            requests.invoice_id = write_offs.invoice_id
            and requests.approved_on <= write_offs.written_off_on
            and requests.declined_on is null,
            false
        ) as is_unapproved
    from write_offs
    cross join register
    left join requests on write_offs.request_id = requests.request_id
    where write_offs.request_id is not null or write_offs.entered_on >= register.begins_on
)

select * from judged
