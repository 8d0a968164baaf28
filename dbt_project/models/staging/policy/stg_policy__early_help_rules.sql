{{ policy_table('early_help_rules') }}
