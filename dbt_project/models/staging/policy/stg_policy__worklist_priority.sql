{{ policy_table('worklist_priority') }}
