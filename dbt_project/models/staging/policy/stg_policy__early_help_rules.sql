{{ policy_figures('early_help_rules') }}
