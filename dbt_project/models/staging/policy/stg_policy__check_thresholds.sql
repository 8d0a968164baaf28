{{ policy_table('check_thresholds') }}
