{{ policy_figures('bank_matching_rules') }}
