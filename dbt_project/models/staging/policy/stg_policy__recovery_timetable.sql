{{ policy_table('recovery_timetable') }}
