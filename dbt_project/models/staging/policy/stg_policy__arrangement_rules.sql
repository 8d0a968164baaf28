{{ policy_table('arrangement_rules') }}
