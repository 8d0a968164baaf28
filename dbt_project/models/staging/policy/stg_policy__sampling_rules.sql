{{ policy_figures('sampling_rules') }}
