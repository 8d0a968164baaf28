{{ policy_table('write_off_authority') }}
