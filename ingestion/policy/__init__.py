"""The policy tables, a council's own policy rows, and the check of both."""
