with

sign_offs as (
    select * from {{ ref('stg_sign_offs') }}
),

check_codes as (
    select * from {{ ref('stg_policy__check_codes') }}
),

totals as (
    select control_code from {{ ref('int_control_totals') }}
    where row_count > 0
),

accounts as (
    select control_code from {{ ref('control_reconciliation') }}
    where status != 'no_data'
),

officers as (
    select officer_id from {{ ref('stg_officers') }}
),

movements as (
    select min(effective_on) as first_on
    from {{ ref('ledger_movements') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

-- The last day of the last complete month (the run's day itself if it is a month end), and the last
-- 31 March for the final accounts, if there were movements by then.
periods as (
    select
        {{ add_days(
            "cast(date_trunc('month', " ~ add_days('as_of_date', 1) ~ ") as date)", -1
        ) }} as period_end
    from position
    union
    select {{ year_end_before(add_days('position.as_of_date', 1)) }} as period_end
    from position
    inner join movements
        on movements.first_on <= {{ year_end_before(add_days('position.as_of_date', 1)) }}
),

controls as (
    select control_code from totals
    union
    select control_code from accounts
),

-- Everything that was signed, and everything that should be signed for these periods.
certificates_due as (
    select
        control_code,
        period_end
    from sign_offs
    union
    select
        controls.control_code,
        periods.period_end
    from controls
    cross join periods
),

codes_in_force as (
    select
        check_codes.check_code,
        check_codes.description
    from check_codes
    inner join position on {{ policy_in_force('check_codes', 'position.as_of_date') }}
),

judged as (
    select
        certificates_due.control_code,
        certificates_due.period_end,
        codes_in_force.description as control,
        sign_offs.prepared_by,
        sign_offs.reviewed_by,
        sign_offs.signed_on,
        case
            when sign_offs.signed_on is null then 'not_signed'
            when codes_in_force.check_code is null then 'unknown_control'
            when sign_offs.prepared_by = sign_offs.reviewed_by then 'same_person'
            when sign_offs.signed_on <= sign_offs.period_end then 'signed_too_early'
            when preparers.officer_id is null or reviewers.officer_id is null then 'unknown_officer'
            else 'certified'
        end as status
    from certificates_due
    left join sign_offs
        on
            certificates_due.control_code = sign_offs.control_code
            and certificates_due.period_end = sign_offs.period_end
    left join codes_in_force on certificates_due.control_code = codes_in_force.check_code
    left join officers as preparers on sign_offs.prepared_by = preparers.officer_id
    left join officers as reviewers on sign_offs.reviewed_by = reviewers.officer_id
),

final as (
    select
        position.as_of_date,
        position.known_at,
        judged.control_code,
        judged.period_end,
        judged.control,
        judged.prepared_by,
        judged.reviewed_by,
        judged.signed_on,
        judged.status,
        judged.status = 'certified' as is_certified
    from judged
    cross join position
)

select * from final
