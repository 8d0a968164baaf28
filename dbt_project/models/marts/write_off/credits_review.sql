with

credit_notes as (
    select * from {{ ref('stg_credit_notes') }}
),

adjustments as (
    select * from {{ ref('stg_adjustments') }}
    where amount < 0
),

stage_actions as (
    select
        actions.invoice_id,
        actions.acted_on
    from {{ ref('int_stage_actions') }} as actions
    where {{ action_counts('actions') }}
),

thresholds as (
    select
        threshold as rule,
        value,
        effective_from,
        effective_to
    from {{ ref('stg_policy__check_thresholds') }}
    where check_code = 'W22'
),

reasons as (
    select * from {{ ref('stg_policy__write_off_reasons') }}
    where is_write_off
),

position as (
    select
        as_of_date,
        known_at,
        {{ add_days(add_months('as_of_date', -12), 1) }} as period_start
    from {{ ref('stg_position') }}
),

-- Every credit that reduces a debt and is neither a payment nor a write-off.
every_credit as (
    select
        'credit_note' as credit_kind,
        credit_note_id as credit_id,
        debtor_id,
        invoice_id,
        credit_date as credited_on,
        gross_amount as amount,
        coalesce(reason_code, 'none') as reason_code,
        coalesce(raised_by, 'nobody') as raised_by,
        raised_by = approved_by as is_self_approved,
        approved_by
    from credit_notes
    union all
    select
        adjustment_type as credit_kind,
        adjustment_id as credit_id,
        debtor_id,
        invoice_id,
        adjusted_on as credited_on,
        -amount as amount,
        coalesce(reason_code, 'none') as reason_code,
        coalesce(raised_by, 'nobody') as raised_by,
        raised_by = approved_by as is_self_approved,
        approved_by
    from adjustments
),

in_period as (
    select
        every_credit.*,
        position.as_of_date,
        position.known_at,
        position.period_start
    from every_credit
    inner join position
        on every_credit.credited_on between position.period_start and position.as_of_date
),

limits as (
    select
        in_period.credit_kind,
        in_period.credit_id,
        {{ figure_of('thresholds', 'credit_approval_above', 'decimal(18, 2)') }} as limit_amount,
        {{ figure_of('thresholds', 'near_limit_pct', 'decimal(5, 2)') }} as near_limit_pct,
        {{ figure_of('thresholds', 'year_end_days', 'bigint') }} as year_end_days
    from in_period
    inner join thresholds
        on {{ policy_in_force('thresholds', 'in_period.credited_on') }}
    group by in_period.credit_kind, in_period.credit_id
),

pursued as (
    select distinct
        in_period.credit_kind,
        in_period.credit_id
    from in_period
    inner join stage_actions
        on
            in_period.invoice_id = stage_actions.invoice_id
            and in_period.credited_on >= stage_actions.acted_on
),

judged as (
    select
        in_period.*,
        coalesce(in_period.amount > limits.limit_amount, false) as is_above,
        coalesce(
            in_period.amount <= limits.limit_amount
            and in_period.amount * 100 >= limits.limit_amount * (100 - limits.near_limit_pct),
            false
        ) as is_just_below,
        coalesce(
            {{ days_between(
                year_end_before(add_days('in_period.credited_on', 1)), 'in_period.credited_on'
            ) }} <= limits.year_end_days
            or {{ days_between(
                'in_period.credited_on',
                add_days(add_months(financial_year_start('in_period.credited_on'), 12), -1)
            ) }} <= limits.year_end_days,
            false
        ) as is_near_year_end,
        pursued.credit_id is not null as is_pursued,
        reasons.reason_code is not null as is_bad_debt
    from in_period
    left join limits
        on
            in_period.credit_kind = limits.credit_kind
            and in_period.credit_id = limits.credit_id
    left join pursued
        on
            in_period.credit_kind = pursued.credit_kind
            and in_period.credit_id = pursued.credit_id
    left join reasons
        on
            in_period.reason_code = reasons.reason_code
            and {{ policy_in_force('reasons', 'in_period.credited_on') }}
),

counted as (
    select
        as_of_date,
        known_at,
        period_start,
        credit_kind,
        raised_by,
        reason_code,
        count(*) as credit_count,
        sum(amount) as credit_amount,
        max(amount) as largest_amount,
        count(distinct debtor_id) as debtor_count,
        {%- for name, condition in [
            ('above_limit', 'is_above'),
            ('just_below_limit', 'is_just_below'),
            ('without_approver', 'approved_by is null'),
            ('self_approved', 'coalesce(is_self_approved, false)'),
            ('bad_debt_reason', 'is_bad_debt'),
            ('without_invoice', 'invoice_id is null'),
            ('near_year_end', 'is_near_year_end'),
            ('after_recovery', 'is_pursued'),
        ] %}
            cast(sum(case when {{ condition }} then 1 else 0 end) as bigint) as {{ name }}_count,
        {%- endfor %}
        sum(case when is_near_year_end then amount else 0 end) as near_year_end_amount,
        sum(case when is_pursued then amount else 0 end) as after_recovery_amount
    from judged
    group by as_of_date, known_at, period_start, credit_kind, raised_by, reason_code
),

compared as (
    select
        counted.*,
        sum(credit_amount) over (partition by credit_kind) as kind_amount
    from counted
),

final as (
    select
        as_of_date,
        known_at,
        period_start,
        as_of_date as period_end,
        credit_kind,
        raised_by,
        reason_code,
        credit_count,
        cast(credit_amount as decimal(18, 2)) as credit_amount,
        cast(largest_amount as decimal(18, 2)) as largest_amount,
        debtor_count,
        above_limit_count,
        just_below_limit_count,
        without_approver_count,
        self_approved_count,
        bad_debt_reason_count,
        without_invoice_count,
        near_year_end_count,
        cast(near_year_end_amount as decimal(18, 2)) as near_year_end_amount,
        after_recovery_count,
        cast(after_recovery_amount as decimal(18, 2)) as after_recovery_amount,
        {{ pounds(ratio_half_up('credit_amount', 'kind_amount', '10000')) }} as share_of_kind_pct
    from compared
)

select * from final
