{{ policy_table('provision_rates') }}
