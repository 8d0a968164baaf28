{{ policy_table('agency_panel') }}
