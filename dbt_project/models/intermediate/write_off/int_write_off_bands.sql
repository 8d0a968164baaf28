with

write_off_values as (
    select * from {{ ref('int_write_off_values') }}
),

requests as (
    select
        request_id,
        debt_type,
        reason_code,
        judged_on
    from {{ ref('int_write_off_requests') }}
),

authority as (
    select * from {{ ref('stg_policy__write_off_authority') }}
),

-- Of the rows whose band contains the amount, the most specific applies: by debt type, then by
-- reason.
matched as (
    select
        write_off_values.request_id,
        write_off_values.value_kind,
        write_off_values.window_id,
        write_off_values.aggregate_12m,
        authority.policy_row,
        authority.band,
        authority.amount_from,
        authority.lowest_role,
        authority.needs_checker,
        authority.needs_minute_reference,
        row_number() over (
            partition by
                write_off_values.request_id, write_off_values.value_kind,
                write_off_values.window_id
            order by
                authority.debt_type asc nulls last, authority.reason_code asc nulls last,
                authority.amount_from asc, authority.band asc
        ) as precedence
    from write_off_values
    inner join requests on write_off_values.request_id = requests.request_id
    left join authority
        on
            {{ policy_in_force('authority', 'requests.judged_on') }}
            and coalesce(authority.debt_type, requests.debt_type, '')
            = coalesce(requests.debt_type, '')
            and coalesce(authority.reason_code, requests.reason_code) = requests.reason_code
            and write_off_values.tested_amount >= authority.amount_from
            and (
                authority.amount_to is null
                or write_off_values.tested_amount <= authority.amount_to
            )
),

banded as (
    select
        request_id,
        value_kind,
        window_id,
        aggregate_12m,
        policy_row,
        band,
        amount_from,
        lowest_role,
        coalesce(needs_checker, true) as needs_checker,
        coalesce(needs_minute_reference, true) as needs_minute_reference
    from matched
    where precedence = 1
)

select * from banded
