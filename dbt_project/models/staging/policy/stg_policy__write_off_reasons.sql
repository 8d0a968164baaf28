with

policy_rows as (
    {{ policy_rows(
        'write_off_reasons',
        key=['reason_code'],
        columns=[
            'reason_name',
            'family',
            'minimum_stage',
            'stage_waived_below_minimum',
            'highest_band',
            'part_allowed',
            'is_write_off',
        ]
    ) }}
),

typed as (
    select
        policy_row,
        reason_code,
        reason_name,
        family,
        nullif(minimum_stage, '') as minimum_stage,
        cast(stage_waived_below_minimum as boolean) as stage_waived_below_minimum,
        nullif(highest_band, '') as highest_band,
        cast(part_allowed as boolean) as part_allowed,
        cast(is_write_off as boolean) as is_write_off,
        effective_from,
        effective_to
    from policy_rows
)

select * from typed
