with

arrangement_rules as (
    select * from {{ ref('stg_policy__arrangement_rules') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

rules as (
    select
        {{ figure_of('arrangement_rules', 'length_without_means_evidence', 'bigint') }}
            as length_without_evidence,
        {{ figure_of('arrangement_rules', 'length_hard_cap', 'bigint') }} as length_hard_cap,
        {{ figure_of('arrangement_rules', 'must_end_before_limitation', 'bigint') }}
            as months_before_limitation,
        {{ figure_of('arrangement_rules', 'offer_from_amount', 'decimal(18, 2)') }}
            as offer_from_amount,
        {{ figure_of('arrangement_rules', 'smallest_instalment', 'decimal(18, 2)') }}
            as smallest_instalment,
        {{ figure_of('arrangement_rules', 'first_due_after_days', 'bigint') }}
            as first_due_after_days,
        {{ figure_of('arrangement_rules', 'offered_to') }} as offered_to,
        {{ sorted_list('arrangement_rules.policy_row') }} as policy_rows
    from position
    inner join arrangement_rules
        on
            {{ policy_in_force('arrangement_rules', 'position.as_of_date') }}
            and arrangement_rules.rule in (
                'length_without_means_evidence',
                'length_hard_cap',
                'must_end_before_limitation',
                'offer_from_amount',
                'smallest_instalment',
                'first_due_after_days',
                'offered_to'
            )
)

select * from rules
