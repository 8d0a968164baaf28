{{ policy_table('contact_remedies') }}
