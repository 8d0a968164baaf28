-- Each KPI is defined by a row of policy in the unit in which it is told, and no other is.
with

kpis as (
    select distinct
        kpi_code,
        unit
    from {{ ref('kpis') }}
),

kpi_targets as (
    select * from {{ ref('stg_policy__kpi_targets') }}
),

position as (
    select as_of_date from {{ ref('stg_position') }}
),

defined as (
    select
        kpi_targets.kpi_code,
        kpi_targets.unit
    from kpi_targets
    inner join position on {{ policy_in_force('kpi_targets', 'position.as_of_date') }}
)

select
    kpis.kpi_code as told_code,
    defined.kpi_code as defined_code
from kpis
full outer join defined
    on kpis.kpi_code = defined.kpi_code and kpis.unit = defined.unit
where kpis.kpi_code is null or defined.kpi_code is null
