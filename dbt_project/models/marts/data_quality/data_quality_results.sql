{{ config(materialized='view') }}

-- A view, because gates judge after the models are built and tested.
with

checks_judged as (
    select * from {{ ref('int_checks_judged') }}
),

gate_results as (
    select * from {{ source('raw', 'gate_results') }}
),

-- A check that failed in its gate, and R16, which only its gate makes.
gate_verdicts as (
    select
        as_of_date,
        known_at,
        check_code,
        population,
        exceptions,
        exceptions_value,
        status
    from gate_results
    where status = 'failed' or check_code = 'R16'
),

-- A check that the models failed keeps their figures.
final as (
    select
        checks_judged.as_of_date,
        checks_judged.known_at,
        checks_judged.check_code,
        checks_judged.description,
        checks_judged.severity,
        coalesce(gate_verdicts.population, checks_judged.population) as population,
        coalesce(gate_verdicts.exceptions, checks_judged.exceptions) as exceptions,
        coalesce(gate_verdicts.exceptions_value, checks_judged.exceptions_value)
            as exceptions_value,
        coalesce(gate_verdicts.status, checks_judged.status) as status,
        checks_judged.owner,
        checks_judged.gate,
        checks_judged.missing_feed,
        checks_judged.policy_row
    from checks_judged
    left join gate_verdicts
        on
            checks_judged.check_code = gate_verdicts.check_code
            and checks_judged.as_of_date = gate_verdicts.as_of_date
            and checks_judged.known_at = gate_verdicts.known_at
            and checks_judged.status != 'failed'
)

select * from final
