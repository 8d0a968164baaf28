{{ policy_table('reference_masks') }}
