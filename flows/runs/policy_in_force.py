"""Which policy was in force in a run: the figures with their marks, and one hash over all of it.

The models resolve policy; this list only tells a reader of the report on what the figures rest.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date

import duckdb

from ingestion.policy.policy_tables import POLICY_KEYS

_SCHEMA = "policy"
# What each check is called and who owns it stands in the list of checks, not among the figures; nor
# do the days on which banks are closed.
_NO_FIGURES = frozenset({"bank_holidays", "check_codes"})
_ABOUT_THE_ROW = frozenset(
    {"policy_row", "effective_from", "effective_to", "basis", "mark", "source_ref"}
    | {"approved_by", "approved_on", "sort", "debt_type", "party_type", "key", "value", "unit"}
)


def policy_marks(
    warehouse: duckdb.DuckDBPyConnection, as_of: date, known_at: date
) -> list[dict[str, str]]:
    """The rows in force on `as_of`, shipped or the council's own as known at `known_at`."""
    return [
        _mark(table, row)
        for table in _tables(warehouse)
        if table not in _NO_FIGURES
        for row in _in_force(_standing_rows(warehouse, table, known_at), table, as_of)
    ]


def policy_sha256(warehouse: duckdb.DuckDBPyConnection, known_at: date) -> str:
    """Hash of every row that decides on some day, as known at `known_at`.

    The same policy has the same hash, whichever files brought it in whatever order.
    """
    rows = [
        [table, sorted(row.items())]
        for table in _tables(warehouse)
        for row in _standing_rows(warehouse, table, known_at)
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _tables(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    found = warehouse.execute(
        "select table_name from duckdb_tables() where schema_name = ? order by all", [_SCHEMA]
    ).fetchall()
    return [str(table) for (table,) in found]


def _standing_rows(
    warehouse: duckdb.DuckDBPyConnection, table: str, known_at: date
) -> list[dict[str, str]]:
    """One row for each figure and day from which it counts: the one that goes before the others.

    The order is that of the models' macro `policy_rows`.
    """
    key = ", ".join(f"coalesce(\"{column}\"::varchar, '')" for column in POLICY_KEYS[table])
    rows = warehouse.execute(
        f"select * from (select *, false as _own, null::date as _file_day, "
        f"null as _source_file, null::bigint as _source_line, null::date as _known_on, "
        f'null as _run_id from {_SCHEMA}."{table}" union all by name '
        f'select * exclude (_source, _content_hash), true as _own from raw."policy_{table}" '
        f"where _known_on <= ?) qualify row_number() over (partition by {key}, effective_from "
        "order by _own desc, _file_day desc nulls last, _source_file desc nulls last, "
        "_source_line desc nulls last, _known_on desc nulls last, _run_id desc nulls last, "
        f"policy_row nulls last) = 1 order by {key}, effective_from",
        [known_at],
    )
    return list(_as_mappings(rows))


def _as_mappings(result: duckdb.DuckDBPyConnection) -> Iterator[dict[str, str]]:
    names = [column[0] for column in result.description or ()]
    for row in result.fetchall():
        pairs = zip(names, row, strict=True)
        yield {name: str(cell) for name, cell in pairs if cell is not None and name[0] != "_"}


def _in_force(rows: list[dict[str, str]], table: str, as_of: date) -> list[dict[str, str]]:
    """Of each figure the latest row that has begun, unless it has ended; by name."""
    day = as_of.isoformat()
    begun = {
        tuple(row.get(column, "") for column in POLICY_KEYS[table]): row
        for row in rows
        if row["effective_from"] <= day
    }
    in_force = [row for row in begun.values() if (row.get("effective_to") or "9999-12-31") > day]
    return sorted(in_force, key=lambda row: row["policy_row"])


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
