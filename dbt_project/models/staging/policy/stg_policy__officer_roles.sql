{{ policy_table('officer_roles') }}
