with

requests as (
    select
        request_id,
        invoice_id,
        debtor_id,
        requested_on
    from {{ ref('int_write_off_requests') }}
),

write_offs as (
    select
        write_off_id,
        request_id
    from {{ ref('stg_write_offs') }}
),

open_items as (
    select * from {{ ref('int_open_items') }}
),

items as (
    select
        item_no,
        queue_invoice_id
    from {{ ref('int_debit_items') }}
),

allocations as (
    select * from {{ ref('int_allocations') }}
),

credits as (
    select * from {{ ref('int_credits_identified') }}
),

open_debits as (
    select
        requests.request_id,
        sum(open_items.outstanding_amount) as amount
    from requests
    inner join open_items
        on
            requests.invoice_id = open_items.queue_invoice_id
            and requests.debtor_id = open_items.debtor_id
    group by requests.request_id
),

settled as (
    select
        requests.request_id,
        credits.credit_type,
        credits.credit_id,
        credits.credited_on,
        allocations.allocated_amount,
        requests.requested_on
    from requests
    inner join items on requests.invoice_id = items.queue_invoice_id
    inner join allocations on items.item_no = allocations.item_no
    inner join credits on allocations.credit_no = credits.credit_no
),

-- The amount that its own write-off settled: a posted request is judged on the balance without it.
settled_by_itself as (
    select
        settled.request_id,
        sum(settled.allocated_amount) as amount
    from settled
    inner join write_offs
        on
            settled.credit_type = 'write_off'
            and settled.credit_id = write_offs.write_off_id
            and settled.request_id = write_offs.request_id
    group by settled.request_id
),

-- Payments and credits since the request, on its own day too, that are not reversed in full.
paid_since as (
    select request_id
    from settled
    where credit_type != 'write_off' and credited_on >= requested_on
    union all
    select requests.request_id
    from requests
    inner join credits
        on
            requests.invoice_id = credits.movement_invoice_id
            and requests.debtor_id = credits.debtor_id
            and requests.requested_on <= credits.credited_on
    where credits.credit_type != 'write_off' and credits.amount > 0
),

requests_paid_since as (
    select distinct request_id from paid_since
),

balanced as (
    select
        requests.request_id,
        cast(
            coalesce(open_debits.amount, 0) + coalesce(settled_by_itself.amount, 0)
            as decimal(18, 2)
        ) as invoice_balance,
        requests_paid_since.request_id is not null as is_paid_since
    from requests
    left join open_debits on requests.request_id = open_debits.request_id
    left join settled_by_itself on requests.request_id = settled_by_itself.request_id
    left join requests_paid_since on requests.request_id = requests_paid_since.request_id
)

select * from balanced
