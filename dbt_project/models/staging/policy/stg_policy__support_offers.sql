{{ policy_table('support_offers') }}
