-- Written by `make generated` from `meta.key` of the group's models.
{{ config(group='performance') }}

{{ repeated_keys({
    'caseload': ['officer_id'],
    'int_kpi_periods': ['period_kind', 'period_no', 'is_previous'],
    'kpis': ['kpi_code', 'period_start', 'period_end'],
}) }}
