{{ policy_table('required_feeds') }}
