{{ policy_figures('casework_rules') }}
