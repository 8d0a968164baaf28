{{ policy_table('agency_rules') }}
