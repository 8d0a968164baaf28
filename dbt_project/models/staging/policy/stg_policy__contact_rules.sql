{{ policy_table('contact_rules') }}
