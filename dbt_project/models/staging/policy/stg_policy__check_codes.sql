{{ policy_table('check_codes') }}
