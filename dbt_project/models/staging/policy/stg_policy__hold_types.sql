{{ policy_figures('hold_types') }}
