"""The facts that the suites of the gates compare: expected and actual, a row for each item."""
