{{ policy_table('publication_retention') }}
