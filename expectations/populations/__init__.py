"""The facts that each gate's suite compares: expected beside actual, one row for each item."""
