with

control_accounts as (
    select * from {{ ref('control_reconciliation') }}
    where control_code = 'R04' and status != 'no_data'
),

totals as (
    select
        control_code,
        row_count
    from {{ ref('int_control_totals') }}
),

exceptions as (
    select
        control_code,
        count(*) as item_count,
        sum(abs(amount)) as amount
    from {{ ref('int_control_exceptions') }}
    group by control_code
),

feed_allocations as (
    select * from {{ ref('stg_allocations') }}
),

effective_allocations as (
    select distinct
        source_type,
        source_id,
        invoice_id
    from {{ ref('allocations') }}
    where allocation_rule = 'feed'
),

checks as (
    select * from {{ ref('int_write_off_checks') }}
),

requests as (
    select
        request_id,
        amount
    from {{ ref('int_write_off_requests') }}
    where life_cycle in ('judged', 'posted')
),

unapproved as (
    select * from {{ ref('int_write_offs_unapproved') }}
),

decisions as (
    select
        request_id,
        amount
    from {{ ref('write_off_decisions') }}
    where decision = 'approved'
),

schedule as (
    select
        request_id,
        amount
    from {{ ref('write_off_schedule') }}
),

bridge as (
    select difference from {{ ref('provision_bridge') }}
),

certificates as (
    select is_certified from {{ ref('reconciliation_certificates') }}
    where status != 'not_signed'
),

-- Rows of the feed that allocate nothing: another debtor's, unknown, or nothing left.
allocations_without_effect as (
    select
        count(*) as item_count,
        sum(feed_allocations.amount) as amount
    from feed_allocations
    left join effective_allocations
        on
            feed_allocations.source_type = effective_allocations.source_type
            and feed_allocations.source_id = effective_allocations.source_id
            and feed_allocations.invoice_id = effective_allocations.invoice_id
    where effective_allocations.source_id is null
),

-- Decision and schedule side by side: a request that is in only one of them is an exception.
scheduled as (
    select
        coalesce(decisions.amount, schedule.amount) as amount,
        coalesce(decisions.amount != schedule.amount, true) as is_failed
    from decisions
    full join schedule on decisions.request_id = schedule.request_id
),

every_result as (
    {{ check_counted(
        'R04', 'control_accounts', "status = 'difference'", 'abs(difference_amount)'
    ) }}
    union all
    select
        totals.control_code as check_code,
        totals.row_count as population,
        coalesce(exceptions.item_count, 0)
        + case
            when totals.control_code = 'R07' then allocations_without_effect.item_count else 0
        end
            as exceptions,
        coalesce(exceptions.amount, 0)
        + case
            when totals.control_code = 'R07' then coalesce(allocations_without_effect.amount, 0)
            else 0
        end as exceptions_value,
        -- A row of the feed without effect is a finding, but not a wrong allocation.
        coalesce(exceptions.item_count, 0) > 0 as is_blocking
    from totals
    cross join allocations_without_effect
    left join exceptions on totals.control_code = exceptions.control_code
    union all
    select
        checks.check_code,
        count(*) as population,
        sum(case when checks.is_failed then 1 else 0 end) as exceptions,
        sum(case when checks.is_failed then requests.amount else 0 end) as exceptions_value,
        true as is_blocking
    from checks
    inner join requests on checks.request_id = requests.request_id
    group by checks.check_code
    union all
    {{ check_counted('W21', 'unapproved', 'is_unapproved', 'amount') }}
    union all
    {{ check_counted('W00', 'scheduled', 'is_failed', 'amount') }}
    union all
    {{ check_counted('R13', 'bridge', 'difference != 0', 'abs(difference)') }}
    union all
    {{ check_counted('R15', 'certificates', 'not is_certified', 0) }}
)

select * from every_result
