with

write_offs as (
    select
        write_off_id,
        request_id,
        reason_code,
        written_off_on,
        amount,
        coalesce(vat_amount, 0) as vat_amount
    from {{ ref('stg_write_offs') }}
),

write_backs as (
    select
        write_off_id,
        written_back_on,
        amount
    from {{ ref('stg_write_backs') }}
),

authority as (
    select
        request_id,
        authority_band,
        approver_role
    from {{ ref('int_write_off_authority') }}
),

reasons as (
    select * from {{ ref('stg_policy__write_off_reasons') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- A write-off and its write-back each count in the year of their own day.
events as (
    select
        write_off_id,
        written_off_on as happened_on,
        1 as write_offs,
        amount as written_off_amount,
        vat_amount,
        0 as write_backs,
        cast(0 as decimal(18, 2)) as written_back_amount
    from write_offs
    union all
    select
        write_off_id,
        written_back_on as happened_on,
        0 as write_offs,
        cast(0 as decimal(18, 2)) as written_off_amount,
        cast(0 as decimal(18, 2)) as vat_amount,
        1 as write_backs,
        amount as written_back_amount
    from write_backs
),

placed as (
    select
        events.*,
        {{ financial_year_start('events.happened_on') }} as year_start,
        write_offs.reason_code,
        reasons.reason_name,
        reasons.family as reason_family,
        case
            when authority.request_id is null then 'no_request'
            else coalesce(authority.authority_band, 'none')
        end as authority_band,
        case
            when authority.request_id is null then 'no_request'
            else coalesce(authority.approver_role, 'none')
        end as approver_role
    from events
    inner join write_offs on events.write_off_id = write_offs.write_off_id
    left join authority on write_offs.request_id = authority.request_id
    left join reasons
        on
            write_offs.reason_code = reasons.reason_code
            and {{ policy_in_force('reasons', 'write_offs.written_off_on') }}
),

totalled as (
    select
        year_start,
        reason_code,
        authority_band,
        approver_role,
        max(reason_name) as reason_name,
        max(reason_family) as reason_family,
        cast(sum(write_offs) as bigint) as write_off_count,
        sum(written_off_amount) as written_off_amount,
        sum(vat_amount) as vat_amount,
        max(case when write_offs = 1 then written_off_amount end) as largest_amount,
        cast(sum(write_backs) as bigint) as write_back_count,
        sum(written_back_amount) as written_back_amount
    from placed
    group by year_start, reason_code, authority_band, approver_role
),

final as (
    select
        position.as_of_date,
        position.known_at,
        totalled.year_start,
        {{ add_days(add_months('totalled.year_start', 12), -1) }} as year_end,
        totalled.reason_code,
        totalled.reason_name,
        totalled.reason_family,
        totalled.authority_band,
        totalled.approver_role,
        totalled.write_off_count,
        cast(totalled.written_off_amount as decimal(18, 2)) as written_off_amount,
        cast(totalled.vat_amount as decimal(18, 2)) as vat_amount,
        cast(totalled.largest_amount as decimal(18, 2)) as largest_amount,
        totalled.write_back_count,
        cast(totalled.written_back_amount as decimal(18, 2)) as written_back_amount,
        cast(totalled.written_off_amount - totalled.written_back_amount as decimal(18, 2))
            as net_amount
    from totalled
    cross join position
)

select * from final
