"""Policy as the gates read it: the shipped rows with the council's own over them, by date.

A row counts from `effective_from`; a later row of the same key ends the one before it; of two rows
of one day the council's own wins, the one that came last. Cells stay text.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

Cells = Mapping[str, str]


@dataclass(frozen=True)
class PolicyTable:
    """Rows of one policy table, grouped by key, each group from the earliest row to the latest."""

    groups: Mapping[tuple[str, ...], Sequence[Cells]]

    def in_force(self, on: date) -> Iterator[Cells]:
        """The row of each key that is in force on a day."""
        for rows in self.groups.values():
            begun = [row for row in rows if row["effective_from"] <= on.isoformat()]
            if begun and _lasts(begun[-1], on):
                yield begun[-1]

    def row(self, on: date, *key: str) -> Cells:
        """The row of a key in force on a day; empty where there is none."""
        rows = PolicyTable({key: self.groups.get(key, ())})
        return next(rows.in_force(on), {})


def _lasts(row: Cells, on: date) -> bool:
    return not row["effective_to"] or row["effective_to"] > on.isoformat()


def listed(cell: str) -> list[str]:
    """The words of a cell that lists some, with blanks or commas between them."""
    return cell.replace(",", " ").split()


def load_policy(
    con: duckdb.DuckDBPyConnection, table: str, key: Sequence[str], known_at: date
) -> PolicyTable:
    """Read one policy table, the council's rows known by `known_at` over the shipped ones."""
    shipped = _rows(con, f"select * from policy.{table}")
    own = _rows(
        con,
        f"select * from raw.policy_{table} where _known_on <= ? "
        "order by _file_day, _source_file, _source_line, _known_on",
        known_at,
    )
    groups: dict[tuple[str, ...], list[Cells]] = defaultdict(list)
    for row in (*shipped, *own):
        groups[tuple(row[column] for column in key)].append(row)
    return PolicyTable(
        {name: sorted(rows, key=lambda row: row["effective_from"]) for name, rows in groups.items()}
    )


def _rows(con: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[Cells]:
    found = con.execute(query, list(values))
    names = [column[0] for column in found.description or ()]
    return [
        {name: "" if cell is None else str(cell) for name, cell in zip(names, row, strict=True)}
        for row in found.fetchall()
    ]
