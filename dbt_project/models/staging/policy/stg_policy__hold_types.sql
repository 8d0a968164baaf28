{{ policy_table('hold_types') }}
