{{ policy_table('feed_freshness') }}
