"""What a rule asks and what was found when it was asked, before anybody judges it.

A finding is a table with one row per thing looked at: `item_id`, `difference_pence` (what is at
stake where it is at fault, else nil) and `fault` (1 or 0). Pence are whole numbers, so that no sum
is ever rounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

FINDING = pa.schema(
    [("item_id", pa.string()), ("difference_pence", pa.int64()), ("fault", pa.int64())]
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a gate.

    Attributes:
        check_code: Code of the check, as in policy `check_codes`.
        words: What is asked of the data, in plain words.
        feeds: Feeds without which it cannot be asked.
        rests_on: Why the rule exists: what would go wrong without it.
        any_of: Feeds of which one is enough; none where the rule has no such choice.
    """

    check_code: str
    words: str
    feeds: tuple[str, ...]
    rests_on: str
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a rule.

    Attributes:
        rule: The rule.
        table: One row per thing looked at, with the columns of `FINDING`.
        rows_expected: How many rows the table must have, counted another way: a table that lost its
            rows passes nothing.
        doubts: Ids, sorted, of what nobody explains though nothing is at fault: a warning.
        doubts_pence: Pence at stake in them.
    """

    rule: Rule
    table: pa.Table
    rows_expected: int
    doubts: tuple[str, ...] = ()
    doubts_pence: int = 0

    @property
    def population(self) -> int:
        """Number of things looked at, or that should have been."""
        return max(self.rows_expected, int(self.table.num_rows))

    @property
    def items_at_fault(self) -> tuple[str, ...]:
        """Ids of what is at fault, sorted."""
        at_fault = self.table.filter(pc.greater(self.table["fault"], 0))
        return tuple(sorted(at_fault["item_id"].to_pylist()))

    @property
    def value_at_fault(self) -> Decimal:
        """Pounds at stake in what is at fault."""
        pence = pc.sum(pc.abs(self.table["difference_pence"])).as_py() or 0
        return Decimal(pence) / 100


def finding_of(rule: Rule, rows: Iterable[tuple[str, int, bool]], rows_expected: int) -> Finding:
    """A finding from rows of item id, pence at stake and whether it is at fault."""
    listed = [(item, pence if fault else 0, int(fault)) for item, pence, fault in rows]
    columns = [list(column) for column in zip(*listed, strict=True)] or [[], [], []]
    return Finding(
        rule, pa.table(dict(zip(FINDING.names, columns, strict=True)), FINDING), rows_expected
    )
