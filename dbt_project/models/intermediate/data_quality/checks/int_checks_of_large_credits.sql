with

credit_notes as (
    select * from {{ ref('stg_credit_notes') }}
),

adjustments as (
    select * from {{ ref('stg_adjustments') }}
),

thresholds as (
    select * from {{ ref('stg_policy__check_thresholds') }}
    where threshold = 'credit_approval_above'
),

reasons as (
    select * from {{ ref('stg_policy__write_off_reasons') }}
    where is_write_off
),

every_credit as (
    select
        credit_date as credited_on,
        gross_amount as amount,
        reason_code,
        raised_by,
        approved_by
    from credit_notes
    union all
    select
        adjusted_on as credited_on,
        -amount as amount,
        reason_code,
        raised_by,
        approved_by
    from adjustments
    where amount < 0
),

-- A large credit has an approver who is not the raiser, and no write-off reason.
judged as (
    select
        every_credit.amount,
        every_credit.approved_by is null
        or coalesce(every_credit.approved_by = every_credit.raised_by, false)
        or reasons.reason_code is not null as is_at_fault
    from every_credit
    inner join thresholds
        on
            {{ policy_in_force('thresholds', 'every_credit.credited_on') }}
            and every_credit.amount > cast(thresholds.value as decimal(18, 2))
    left join reasons
        on
            every_credit.reason_code = reasons.reason_code
            and {{ policy_in_force('reasons', 'every_credit.credited_on') }}
),

counted as (
    select
        'W22' as check_code,
        count(*) as population,
        coalesce(sum(case when is_at_fault then 1 else 0 end), 0) as exceptions,
        coalesce(sum(case when is_at_fault then amount else 0 end), 0) as exceptions_value
    from judged
),

-- If no credit is known, the check has no data: it must not pass as if there were no large credit.
final as (
    select * from counted
    where exists (select 1 from every_credit)
)

select * from final
