{{ policy_table('court_fees') }}
