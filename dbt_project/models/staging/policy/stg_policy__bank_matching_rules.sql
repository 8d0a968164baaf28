{{ policy_table('bank_matching_rules') }}
