with

requests as (
    select * from {{ ref('int_write_off_requests') }}
),

rules as (
    select
        request_id,
        value_tested,
        aggregate_months
    from {{ ref('int_write_off_rules') }}
),

splits as (
    select * from {{ ref('int_write_off_splits') }}
),

-- This request and the debtor's earlier or same-day requests on other invoices, one year back.
earlier as (
    select
        requests.request_id,
        sum(siblings.amount) as amount
    from requests
    inner join rules on requests.request_id = rules.request_id
    inner join requests as siblings
        on
            requests.debtor_id = siblings.debtor_id
            and requests.invoice_id != siblings.invoice_id
            and requests.requested_on >= siblings.requested_on
    where
        siblings.requested_on > {{ add_months('requests.requested_on', '-rules.aggregate_months') }}
    group by requests.request_id
),

aggregated as (
    select
        requests.request_id,
        rules.value_tested,
        requests.amount,
        cast(requests.amount + coalesce(earlier.amount, 0) as decimal(18, 2)) as aggregate_12m
    from requests
    inner join rules on requests.request_id = rules.request_id
    left join earlier on requests.request_id = earlier.request_id
),

-- Every amount that is tested against an authority band.
every_value as (
    select
        request_id,
        'aggregate' as value_kind,
        '' as window_id,
        aggregate_12m,
        case when value_tested = 'amount' then amount else aggregate_12m end as tested_amount
    from aggregated
    union all
    select
        request_id,
        'together' as value_kind,
        window_id,
        cast(null as decimal(18, 2)) as aggregate_12m,
        together_amount as tested_amount
    from splits
    union all
    select
        request_id,
        'largest' as value_kind,
        window_id,
        cast(null as decimal(18, 2)) as aggregate_12m,
        largest_amount as tested_amount
    from splits
)

select * from every_value
