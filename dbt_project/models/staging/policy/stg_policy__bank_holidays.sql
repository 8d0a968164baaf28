{{ policy_table('bank_holidays') }}
