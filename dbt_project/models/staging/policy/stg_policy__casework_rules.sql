{{ policy_table('casework_rules') }}
