"""From a figure back to policy row, rule, source file and line: in words, from published marts.

The command line and the report's debtor pages tell the same: this package owns what is told, they
own how it is shown. It reads marts and never writes.
"""
