{{ policy_figures('arrangement_rules') }}
