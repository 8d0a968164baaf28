"""What a rule found when it was judged in SQL or Python, as a population of one column of faults.

A finding is a table with one row per thing looked at: `item_id`, `value_pence` (what is at stake in
it), `fault` (1 or 0) and `doubt` (1 where nobody explains it).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pyarrow as pa

from expectations.expected import Check, is_nil
from expectations.populations.population import Population

FINDING = pa.schema(
    [
        ("item_id", pa.string()),
        ("value_pence", pa.int64()),
        ("fault", pa.int64()),
        ("doubt", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a rule.

    Attributes:
        rule: The rule.
        table: One row per thing looked at, with the columns of `FINDING`.
        rows_expected: How many rows the table must have, counted another way.
    """

    rule: Check
    table: pa.Table
    rows_expected: int

    def as_population(self) -> Population:
        """The finding as a population of its check's own."""
        return Population(self.rule.check_code, self.table, self.rows_expected)


def judged(check: Check) -> Check:
    """The check, asked of its own finding."""
    expected = (is_nil("fault"), is_nil("doubt").as_warning())
    return replace(check, expects={check.check_code: expected})


def finding_of(rule: Check, rows: Iterable[tuple[str, int, bool]], rows_expected: int) -> Finding:
    """A finding from rows of item id, pence at stake and whether it is at fault."""
    listed = [(item, pence, int(fault), 0) for item, pence, fault in rows]
    columns = [list(column) for column in zip(*listed, strict=True)] or [[], [], [], []]
    return Finding(
        rule, pa.table(dict(zip(FINDING.names, columns, strict=True)), FINDING), rows_expected
    )
