"""Everything people read: the report, explanations, letters, lists and files for others."""
