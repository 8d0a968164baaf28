{{ policy_figures('ledger_rules') }}
