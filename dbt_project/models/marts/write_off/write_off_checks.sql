with

checks as (
    select * from {{ ref('int_write_off_checks') }}
),

check_codes as (
    select * from {{ ref('stg_policy__check_codes') }}
),

position as (
    select * from {{ ref('stg_position') }}
),

codes_in_force as (
    select
        check_codes.check_code,
        check_codes.description,
        check_codes.severity
    from check_codes
    inner join position on {{ policy_in_force('check_codes', 'position.as_of_date') }}
),

final as (
    select
        position.as_of_date,
        position.known_at,
        checks.request_id,
        checks.check_code,
        not checks.is_failed as is_passed,
        coalesce(codes_in_force.severity, 'B') as severity,
        codes_in_force.description,
        checks.required,
        checks.actual,
        checks.policy_row
    from checks
    cross join position
    left join codes_in_force on checks.check_code = codes_in_force.check_code
)

select * from final
