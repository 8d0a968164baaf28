{{ policy_table('required_controls') }}
