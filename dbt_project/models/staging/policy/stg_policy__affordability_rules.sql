{{ policy_table('affordability_rules') }}
