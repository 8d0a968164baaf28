{{ policy_figures('contact_rules') }}
