with

bank_lines as (
    select booked_on from {{ ref('stg_bank_transactions') }}
),

receipts as (
    select received_on from {{ ref('stg_receipts') }}
),

rules as (
    select * from {{ ref('stg_policy__bank_matching_rules') }}
),

days as (
    select booked_on as day_on from bank_lines
    union
    select receipts.received_on as day_on
    from receipts
    where exists (select 1 from bank_lines)
),

figures as (
    select
        days.day_on,
        {{ figure_of('rules', 'days_apart_exact', 'bigint') }} as days_apart_exact,
        {{ figure_of('rules', 'days_apart_batch', 'bigint') }} as days_apart_batch,
        {{ figure_of('rules', 'days_apart_scored', 'bigint') }} as days_apart_scored,
        {{ figure_of('rules', 'points_reference', 'bigint') }} as points_reference,
        {{ figure_of('rules', 'points_word', 'bigint') }} as points_word,
        {{ figure_of('rules', 'points_amount', 'bigint') }} as points_amount,
        {{ figure_of('rules', 'points_day', 'bigint') }} as points_day,
        {{ figure_of('rules', 'points_account', 'bigint') }} as points_account,
        {{ figure_of('rules', 'points_payer', 'bigint') }} as points_payer,
        {{ figure_of('rules', 'least_score', 'bigint') }} as least_score,
        {{ figure_of('rules', 'most_candidates', 'bigint') }} as most_candidates,
        {{ figure_of('rules', 'most_proposals', 'bigint') }} as most_proposals,
        {{ figure_of('rules', 'timing_days', 'bigint') }} as timing_days,
        {{ figure_of('rules', 'methods_outside_bank') }} as methods_outside_bank,
        max(case when rules.rule = 'days_apart_exact' then rules.policy_row end)
            as days_apart_exact_row,
        max(case when rules.rule = 'days_apart_batch' then rules.policy_row end)
            as days_apart_batch_row,
        max(case when rules.rule = 'least_score' then rules.policy_row end) as least_score_row,
        max(case when rules.rule = 'timing_days' then rules.policy_row end) as timing_days_row
    from days
    left join rules on {{ policy_in_force('rules', 'days.day_on') }}
    group by days.day_on
)

select * from figures
