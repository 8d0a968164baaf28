{{ policy_table('kpi_targets') }}
