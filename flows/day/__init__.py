"""The steps of a day and their one order, and the missed days before it."""
