with

requests as (
    select * from {{ ref('stg_write_off_requests') }}
),

write_offs as (
    select * from {{ ref('stg_write_offs') }}
),

write_backs as (
    select
        write_off_id,
        amount
    from {{ ref('stg_write_backs') }}
),

invoices as (
    select
        invoice_id,
        debt_type
    from {{ ref('int_invoices') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

written_back as (
    select
        write_off_id,
        sum(amount) as amount
    from write_backs
    group by write_off_id
),

posted as (
    select
        write_offs.request_id,
        sum(write_offs.amount) as posted_amount,
        sum(write_offs.amount - coalesce(written_back.amount, 0)) as standing_amount,
        min(write_offs.invoice_id) as lowest_invoice_id,
        max(write_offs.invoice_id) as highest_invoice_id
    from write_offs
    left join written_back on write_offs.write_off_id = written_back.write_off_id
    where write_offs.request_id is not null
    group by write_offs.request_id
),

-- The latest event decides the status: posted, else declined, else not yet approved.
placed as (
    select
        requests.request_id,
        requests.invoice_id,
        requests.debtor_id,
        requests.amount,
        requests.reason_code,
        requests.requested_by,
        requests.requested_on,
        requests.checked_by,
        requests.approved_by,
        requests.approver_role,
        requests.approved_on,
        requests.posted_by,
        requests.minute_reference,
        requests.batch_id,
        invoices.debt_type,
        posted.posted_amount,
        posted.lowest_invoice_id != requests.invoice_id
        or posted.highest_invoice_id != requests.invoice_id
            as is_posted_elsewhere,
        -- The policy of the day of approval applies; before approval, that of the run's day.
        coalesce(requests.approved_on, position.as_of_date) as judged_on,
        case
            when posted.request_id is not null then 'posted'
            when requests.declined_on is not null then 'declined'
            when requests.approved_on is null then 'pending'
            else 'judged'
        end as life_cycle,
        -- A request that was declined, or whose write-off was written back in full, is not current.
        case
            when posted.request_id is not null then posted.standing_amount > 0
            else requests.declined_on is null
        end as is_standing
    from requests
    cross join position
    left join invoices on requests.invoice_id = invoices.invoice_id
    left join posted on requests.request_id = posted.request_id
)

select * from placed
