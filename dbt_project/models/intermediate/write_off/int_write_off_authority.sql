with

requests as (
    select * from {{ ref('int_write_off_requests') }}
),

rules as (
    select * from {{ ref('int_write_off_rules') }}
),

bands as (
    select * from {{ ref('int_write_off_bands') }}
    where value_kind = 'aggregate'
),

officers as (
    select
        officer_id,
        role
    from {{ ref('stg_officers') }}
),

officer_roles as (
    select * from {{ ref('stg_policy__officer_roles') }}
),

-- The role comes from the feed `officers`, whatever the request says.
approvers as (
    select
        requests.request_id,
        requests.judged_on,
        bands.lowest_role as asked_role,
        rules.related_party_role,
        case
            when rules.role_of_record = 'officers' then officers.role
            else requests.approver_role
        end as approver_role,
        coalesce(
            rules.role_of_record != 'officers' or officers.role = requests.approver_role, false
        ) as is_role_confirmed
    from requests
    inner join rules on requests.request_id = rules.request_id
    inner join bands on requests.request_id = bands.request_id
    left join officers on requests.approved_by = officers.officer_id
),

ranks as (
    select
        approvers.request_id,
        max(case when officer_roles.role = approvers.approver_role then officer_roles.role_rank end)
            as approver_rank,
        max(case when officer_roles.role = approvers.asked_role then officer_roles.role_rank end)
            as asked_rank,
        max(
            case
                when officer_roles.role = approvers.related_party_role
                    then officer_roles.role_rank
            end
        ) as related_party_rank
    from approvers
    left join officer_roles on {{ policy_in_force('officer_roles', 'approvers.judged_on') }}
    group by approvers.request_id
),

judged as (
    select
        approvers.request_id,
        approvers.asked_role,
        approvers.approver_role,
        approvers.related_party_role,
        bands.aggregate_12m,
        bands.band as authority_band,
        bands.policy_row as authority_policy_row,
        bands.needs_checker,
        bands.needs_minute_reference,
        -- Without a known band, approver or role there is no authority.
        approvers.is_role_confirmed
        and coalesce(
            case
                when rules.higher_role_may_approve then ranks.approver_rank >= ranks.asked_rank
                else ranks.approver_rank = ranks.asked_rank
            end,
            false
        ) as has_authority,
        coalesce(ranks.approver_rank >= ranks.related_party_rank, false)
            as may_approve_related_parties
    from approvers
    inner join rules on approvers.request_id = rules.request_id
    inner join bands on approvers.request_id = bands.request_id
    inner join ranks on approvers.request_id = ranks.request_id
)

select * from judged
