{{ policy_table('masked_words') }}
