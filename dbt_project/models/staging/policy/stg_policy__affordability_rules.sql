{{ policy_figures('affordability_rules') }}
