{{ policy_figures('legal_rules') }}
