with

requests as (
    select * from {{ ref('int_write_off_requests') }}
),

checks as (
    select * from {{ ref('int_write_off_checks') }}
    where is_failed
),

check_codes as (
    select * from {{ ref('stg_policy__check_codes') }}
),

authority as (
    select * from {{ ref('int_write_off_authority') }}
),

reasons as (
    select
        request_id,
        reason_policy_row
    from {{ ref('int_write_off_reasons') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- A failed B check refuses the request; a failed W check is only listed.
failed as (
    select
        checks.request_id,
        {{ sorted_list('checks.check_code') }} as failed_checks,
        bool_or(coalesce(check_codes.severity, 'B') = 'B') as is_refused
    from checks
    cross join position
    left join check_codes
        on
            checks.check_code = check_codes.check_code
            and {{ policy_in_force('check_codes', 'position.as_of_date') }}
    group by checks.request_id
),

final as (
    select
        position.as_of_date,
        position.known_at,
        requests.request_id,
        requests.invoice_id,
        requests.debtor_id,
        requests.amount,
        requests.reason_code,
        case
            when requests.life_cycle != 'judged' then requests.life_cycle
            when failed.is_refused then 'refused'
            else 'approved'
        end as decision,
        coalesce(failed.failed_checks, '') as failed_checks,
        authority.aggregate_12m,
        authority.authority_band,
        requests.requested_on,
        requests.approved_by,
        requests.approved_on,
        authority.authority_policy_row,
        reasons.reason_policy_row
    from requests
    cross join position
    inner join authority on requests.request_id = authority.request_id
    inner join reasons on requests.request_id = reasons.request_id
    left join failed on requests.request_id = failed.request_id
)

select * from final
