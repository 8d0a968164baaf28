with

requests as (
    select * from {{ ref('int_write_off_requests') }}
),

rules as (
    select
        request_id,
        distinct_actors
    from {{ ref('int_write_off_rules') }}
),

authority as (
    select * from {{ ref('int_write_off_authority') }}
),

balances as (
    select * from {{ ref('int_write_off_balances') }}
),

reasons as (
    select * from {{ ref('int_write_off_reasons') }}
),

write_offs as (
    select
        request_id,
        posted_by
    from {{ ref('stg_write_offs') }}
),

debtors as (
    select
        debtor_id,
        is_related_party
    from {{ ref('stg_debtors') }}
),

open_credits as (
    select
        debtor_id,
        sum(open_amount) as amount
    from {{ ref('int_open_credits') }}
    where open_amount > 0
    group by debtor_id
),

posted_by_approver as (
    select distinct requests.request_id
    from requests
    inner join write_offs
        on
            requests.request_id = write_offs.request_id
            and requests.approved_by = write_offs.posted_by
),

-- The first request for an invoice, by day and then by id, is the current one; later ones are
-- duplicates.
duplicates as (
    select
        requests.request_id,
        min(earlier.request_id) as earlier_request_id
    from requests
    inner join requests as earlier
        on
            requests.invoice_id = earlier.invoice_id
            and earlier.is_standing
            and (
                requests.requested_on > earlier.requested_on
                or (
                    requests.requested_on = earlier.requested_on
                    and requests.request_id > earlier.request_id
                )
            )
    group by requests.request_id
),

-- The facts for the checks, one row per request.
facts as (
    select
        requests.request_id,
        balances.is_paid_since
        or case
            when reasons.part_allowed then requests.amount > balances.invoice_balance
            else requests.amount != balances.invoice_balance
        end as is_balance_changed,
        not authority.has_authority as lacks_authority,
        rules.distinct_actors
        and (
            requests.approved_by is null
            or requests.approved_by = requests.requested_by
            or (
                authority.needs_checker
                and (
                    requests.checked_by is null
                    or requests.checked_by in (requests.requested_by, requests.approved_by)
                )
            )
            or coalesce(requests.posted_by = requests.approved_by, false)
            or posted_by_approver.request_id is not null
        ) as shares_actors,
        open_credits.debtor_id is not null as has_open_credit,
        authority.needs_minute_reference and requests.minute_reference is null as lacks_minute,
        coalesce(debtors.is_related_party, false) as is_related_party,
        coalesce(debtors.is_related_party, false) and not authority.may_approve_related_parties
            as lacks_independence,
        duplicates.request_id is not null as is_duplicate,
        balances.invoice_balance,
        balances.is_paid_since,
        reasons.part_allowed,
        coalesce(open_credits.amount, 0) as open_credit,
        duplicates.earlier_request_id
    from requests
    inner join rules on requests.request_id = rules.request_id
    inner join authority on requests.request_id = authority.request_id
    inner join balances on requests.request_id = balances.request_id
    inner join reasons on requests.request_id = reasons.request_id
    left join posted_by_approver on requests.request_id = posted_by_approver.request_id
    left join duplicates on requests.request_id = duplicates.request_id
    left join open_credits on requests.debtor_id = open_credits.debtor_id
    left join debtors on requests.debtor_id = debtors.debtor_id
)

select * from facts
