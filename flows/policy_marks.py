"""Which policy figures were in force in a run, and how far each may be relied on.

The models resolve policy; this list only tells a reader of the report on what the figures rest.
"""

from collections.abc import Iterator
from datetime import date

import duckdb

_SCHEMA = "policy"
_ABOUT_THE_ROW = frozenset(
    {"policy_row", "effective_from", "effective_to", "basis", "mark", "source_ref"}
    | {"approved_by", "approved_on", "sort", "debt_type", "party_type", "key", "value", "unit"}
)


def policy_marks(
    warehouse: duckdb.DuckDBPyConnection, as_of: date, known_at: date
) -> list[dict[str, str]]:
    """The shipped rows in force on `as_of`, then the council's own as known at `known_at`."""
    shipped = warehouse.execute(
        "select table_name from duckdb_tables() where schema_name = ? order by all", [_SCHEMA]
    ).fetchall()
    marks: list[dict[str, str]] = []
    for (table,) in shipped:
        in_force = "effective_from <= ? and coalesce(nullif(effective_to, ''), '9999') > ?"
        day = as_of.isoformat()
        for relation, known, parameters in (
            (f'{_SCHEMA}."{table}"', "true", [day, day]),
            (f'raw."policy_{table}"', "_known_on <= ?", [day, day, known_at]),
        ):
            rows = warehouse.execute(
                f"select * from {relation} where {in_force} and {known} order by policy_row",
                parameters,
            )
            marks.extend(_mark(table, row) for row in _as_mappings(rows))
    return marks


def _as_mappings(result: duckdb.DuckDBPyConnection) -> Iterator[dict[str, str]]:
    names = [column[0] for column in result.description or ()]
    for row in result.fetchall():
        pairs = zip(names, row, strict=True)
        yield {name: str(cell) for name, cell in pairs if cell is not None and name[0] != "_"}


def _mark(table: str, row: dict[str, str]) -> dict[str, str]:
    told = {name: cell for name, cell in row.items() if name not in _ABOUT_THE_ROW and cell}
    return {
        "policy_row": row.get("policy_row", ""),
        "table": table,
        "key": row.get("key") or row.get("policy_row", "").removeprefix(f"{table}/"),
        "debt_type": row.get("debt_type", ""),
        "party_type": row.get("party_type", ""),
        "value": row.get("value") or ", ".join(f"{name} {cell}" for name, cell in told.items()),
        "unit": row.get("unit", ""),
        "basis": row.get("basis", ""),
        "mark": row.get("mark", ""),
    }
