select
    policy_row,
    kpi_code,
    cast(nullif(target, '') as decimal(18, 2)) as target,
    unit,
    direction,
    definition,
    effective_from,
    effective_to
from (
    {{ policy_rows(
        'kpi_targets',
        key=['kpi_code'],
        columns=['target', 'unit', 'direction', 'definition']
    ) }}
) as policy_rows
