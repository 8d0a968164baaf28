"""Published marts and gate outcomes, turned into things people read."""
