{{ policy_table('legal_rules') }}
