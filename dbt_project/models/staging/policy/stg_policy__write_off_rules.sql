{{ policy_table('write_off_rules') }}
