{{ policy_figures('agency_rules') }}
