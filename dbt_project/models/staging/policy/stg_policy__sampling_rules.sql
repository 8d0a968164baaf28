{{ policy_table('sampling_rules') }}
