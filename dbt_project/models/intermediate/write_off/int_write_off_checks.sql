with

requests as (
    select * from {{ ref('int_write_off_requests') }}
),

findings as (
    select * from {{ ref('int_write_off_findings') }}
),

authority as (
    select * from {{ ref('int_write_off_authority') }}
),

reasons_checked as (
    select * from {{ ref('int_write_off_reasons_checked') }}
),

obstacles as (
    select * from {{ ref('int_write_off_obstacles') }}
),

vat as (
    select * from {{ ref('int_write_off_vat') }}
),

provision as (
    select * from {{ ref('int_write_off_provision') }}
),

bands as (
    select * from {{ ref('int_write_off_bands') }}
    where value_kind in ('together', 'largest')
),

splits as (
    select * from {{ ref('int_write_off_splits') }}
),

-- A batch whose paper is known, in words.
batches as (
    select
        batch_id,
        paper_result != 'agrees' as is_at_odds,
        '; paper of batch ' || batch_id || ': ' || cast(paper_request_count as string)
        || ' of ' || cast(paper_amount as string) as required,
        '; ' || cast(request_count as string) || ' of ' || cast(amount as string)
        || case
            when paper_result = 'content_differs' then ', other lines than on the paper'
            else ''
        end as actual
    from {{ ref('int_write_off_batches') }}
    where paper_result != 'no_paper'
),

in_the_way as (
    select
        request_id,
        {{ sorted_list('obstacle') }} as obstacles
    from obstacles
    group by request_id
),

-- Requests that together reach a higher band than the largest of them alone.
split as (
    select
        together.request_id,
        max(splits.together_amount) as together_amount
    from bands as together
    inner join bands as largest
        on
            together.request_id = largest.request_id
            and together.window_id = largest.window_id
    inner join splits
        on together.request_id = splits.request_id and together.window_id = splits.window_id
    where
        together.value_kind = 'together'
        and largest.value_kind = 'largest'
        and together.amount_from > largest.amount_from
    group by together.request_id
),

-- One row per request and check that applies to it: what is required and what was found.
every_check as (
    select
        requests.request_id,
        'W01' as check_code,
        findings.is_balance_changed as is_failed,
        case when findings.part_allowed then 'at most ' else '' end
        || cast(findings.invoice_balance as string) || ', nothing paid or credited since '
        || cast(requests.requested_on as string) as required,
        cast(requests.amount as string)
        || case when findings.is_paid_since then ', paid or credited since' else '' end as actual,
        cast(null as string) as policy_row
    from requests
    inner join findings on requests.request_id = findings.request_id
    union all
    select
        findings.request_id,
        'W02' as check_code,
        findings.lacks_authority as is_failed,
        coalesce(authority.asked_role, 'a band of authority') || ' for '
        || cast(authority.aggregate_12m as string) as required,
        coalesce(authority.approver_role, 'nobody of record') as actual,
        authority.authority_policy_row as policy_row
    from findings
    inner join authority on findings.request_id = authority.request_id
    union all
    select
        requests.request_id,
        'W03' as check_code,
        findings.shares_actors as is_failed,
        case
            when authority.needs_checker then 'requester, checker, approver and poster differ'
            else 'requester, approver and poster differ'
        end as required,
        requests.requested_by || ', ' || coalesce(requests.checked_by, 'nobody') || ', '
        || coalesce(requests.approved_by, 'nobody') || ', '
        || coalesce(requests.posted_by, 'nobody yet') as actual,
        authority.authority_policy_row as policy_row
    from requests
    inner join findings on requests.request_id = findings.request_id
    inner join authority on requests.request_id = authority.request_id
    union all
    select
        requests.request_id,
        'W06' as check_code,
        in_the_way.request_id is not null as is_failed,
        'nothing in the way' as required,
        replace(coalesce(in_the_way.obstacles, 'nothing'), 'moratorium', 'statutory_hold')
            as actual,
        cast(null as string) as policy_row
    from requests
    left join in_the_way on requests.request_id = in_the_way.request_id
    union all
    select
        request_id,
        'W11' as check_code,
        has_open_credit as is_failed,
        '0.00 in open credits of the debtor' as required,
        cast(cast(open_credit as decimal(18, 2)) as string) as actual,
        cast(null as string) as policy_row
    from findings
    union all
    select
        request_id,
        'W13' as check_code,
        is_split_wrong as is_failed,
        coalesce(
            'VAT of ' || cast(vat_amount as string) || ', relief to be claimed by '
            || cast(claim_by as string),
            'an invoice whose VAT is known'
        ) as required,
        coalesce('posted with ' || cast(posted_vat_amount as string), 'not posted with VAT')
        || case
            when lacks_vat and posted_vat_amount is not null then ', a part without VAT'
            else ''
        end as actual,
        cast(null as string) as policy_row
    from vat
    union all
    select
        request_id,
        'W14' as check_code,
        has_no_rate as is_failed,
        'a rate of provision for what is open' as required,
        case
            when has_no_rate then 'no rate'
            else
                cast(provision_amount as string) || ' provided, '
                || cast(charge_amount as string) || ' to be charged'
        end as actual,
        policy_row
    from provision
    union all
    select
        requests.request_id,
        'W15' as check_code,
        findings.lacks_minute or coalesce(batches.is_at_odds, false) as is_failed,
        case when authority.needs_minute_reference then 'a' else 'no' end || ' minute reference'
        || coalesce(batches.required, '') as required,
        case when requests.minute_reference is null then 'none' else 'one' end || ' given'
        || coalesce(batches.actual, '') as actual,
        authority.authority_policy_row as policy_row
    from requests
    inner join findings on requests.request_id = findings.request_id
    inner join authority on requests.request_id = authority.request_id
    left join batches on requests.batch_id = batches.batch_id
    union all
    select
        requests.request_id,
        'W16' as check_code,
        split.request_id is not null as is_failed,
        'no higher band together than alone' as required,
        coalesce(
            cast(split.together_amount as string) || ' together', 'no higher band together'
        ) as actual,
        authority.authority_policy_row as policy_row
    from requests
    inner join authority on requests.request_id = authority.request_id
    left join split on requests.request_id = split.request_id
    union all
    select
        request_id,
        'W17' as check_code,
        is_duplicate as is_failed,
        'the first request for its invoice that stands' as required,
        coalesce('after ' || earlier_request_id, 'the first') as actual,
        cast(null as string) as policy_row
    from findings
    union all
    select
        findings.request_id,
        'W19' as check_code,
        findings.lacks_independence as is_failed,
        coalesce(authority.related_party_role, 'an independent role') as required,
        coalesce(authority.approver_role, 'nobody of record') as actual,
        authority.authority_policy_row as policy_row
    from findings
    inner join authority on findings.request_id = authority.request_id
    where findings.is_related_party
    union all
    select
        request_id,
        'W20' as check_code,
        posted_amount != amount or is_posted_elsewhere as is_failed,
        cast(amount as string) || ' on its invoice' as required,
        cast(posted_amount as string)
        || case when is_posted_elsewhere then ', on another invoice' else '' end as actual,
        cast(null as string) as policy_row
    from requests
    where life_cycle = 'posted'
    union all
    select
        request_id,
        check_code,
        is_failed,
        required,
        actual,
        policy_row
    from reasons_checked
)

select * from every_check
