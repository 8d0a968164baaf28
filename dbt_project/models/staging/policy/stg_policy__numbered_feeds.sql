{{ policy_table('numbered_feeds') }}
