{{ policy_table('ledger_rules') }}
