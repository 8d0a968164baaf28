{{ policy_table('age_bands') }}
