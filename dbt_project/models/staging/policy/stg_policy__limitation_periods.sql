{{ policy_table('limitation_periods') }}
