"""Policy as the gates read it: the shipped rows with the council's own over them, by date.

The query in the registry alone decides which row applies to a key and a date. Cells stay text.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from expectations.registry import POLICY, POLICY_ROWS

Cells = Mapping[str, str]


@dataclass(frozen=True)
class PolicyTable:
    """Rows of one policy table, grouped by key, each group from the earliest row to the latest."""

    groups: Mapping[tuple[str, ...], Sequence[Cells]]

    def in_force(self, on: date) -> Iterator[Cells]:
        """The row of each key that is in force on a day."""
        day = on.isoformat()
        for rows in self.groups.values():
            yield from (row for row in rows if row["effective_from"] <= day < row["in_force_until"])

    def row(self, on: date, *key: str) -> Cells:
        """The row of a key in force on a day; empty where there is none."""
        rows = PolicyTable({key: self.groups.get(key, ())})
        return next(rows.in_force(on), {})


def listed(cell: str) -> list[str]:
    """The words in a cell, with blanks or commas between them."""
    return cell.replace(",", " ").split()


def load_policy(con: duckdb.DuckDBPyConnection, table: str, known_at: date) -> PolicyTable:
    """Read one policy table, the council's rows known by `known_at` over the shipped ones."""
    policy = POLICY[table]
    query = POLICY_ROWS.format(
        columns=", ".join(policy.columns),
        key=", ".join(f"coalesce({column}, '')" for column in policy.key),
        shipped=f"policy.{table}",
        own=f"raw.policy_{table}",
        known_at="?",
    )
    groups: dict[tuple[str, ...], list[Cells]] = defaultdict(list)
    for row in _rows(con, f"{query} order by effective_from", known_at):
        groups[tuple(row[column] for column in policy.key)].append(row)
    return PolicyTable(groups)


def _rows(con: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[Cells]:
    found = con.execute(query, list(values))
    names = [column[0] for column in found.description or ()]
    return [
        {name: "" if cell is None else str(cell) for name, cell in zip(names, row, strict=True)}
        for row in found.fetchall()
    ]
