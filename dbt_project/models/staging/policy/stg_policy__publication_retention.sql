{{ policy_figures('publication_retention') }}
