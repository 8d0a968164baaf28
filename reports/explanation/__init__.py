"""Explanations: from a figure back to its policy row, rule, source file and line.

The command line and the report's debtor pages show the same explanation. This package decides what
it says; they decide how it looks. It reads published marts and never writes.
"""
