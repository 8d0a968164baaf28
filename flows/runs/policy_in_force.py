"""Which policy was in force in a run: the figures with their marks, and one hash over all of it.

The models resolve policy; this list only shows a reader of the report which policy the figures use.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import duckdb

from ingestion.policy.policy_contract import load_policy_contracts
from ingestion.policy.precedence import rows_query

_SCHEMA = "policy"
_RESOLVED = "in_force_until"
# Names and owners of checks are in the list of checks, and bank holidays are dates: neither is a
# figure.
_NO_FIGURES = frozenset({"bank_holidays", "check_codes"})
_ABOUT_THE_ROW = frozenset(
    {"policy_row", "effective_from", "effective_to", _RESOLVED, "basis", "mark", "source_ref"}
    | {"approved_by", "approved_on", "sort", "debt_type", "party_type", "key", "value", "unit"}
)

PolicyRows = Mapping[str, Sequence[dict[str, str]]]
"""Rows of policy by table, each with the day until which it is in force."""


def known_policy(warehouse: duckdb.DuckDBPyConnection, known_at: date) -> PolicyRows:
    """The row used for each figure and first day, shipped or the council's own, by table."""
    return {table: _rows(warehouse, table, known_at) for table in load_policy_contracts()}


def policy_marks(policy: PolicyRows, as_of: date) -> list[dict[str, str]]:
    """The rows in force on `as_of`, each with its mark."""
    return [
        _mark(table, row)
        for table, rows in policy.items()
        if table not in _NO_FIGURES
        for row in _in_force(rows, as_of)
    ]


def policy_sha256(policy: PolicyRows) -> str:
    """Hash of every row that is used on some day.

    The same policy has the same hash, whichever files brought it in whatever order.
    """
    rows = [
        [table, sorted((name, cell) for name, cell in row.items() if name != _RESOLVED)]
        for table, used in policy.items()
        for row in used
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _rows(warehouse: duckdb.DuckDBPyConnection, table: str, known_at: date) -> list[dict[str, str]]:
    """The row used for each figure and first day, with the day until which it is in force."""
    contract = load_policy_contracts()[table]
    query = rows_query(
        contract.key,
        contract.names_but_dates,
        shipped=f"{_SCHEMA}.{table}",
        own=f"raw.policy_{table}",
        known_at="?",
    )
    key = ", ".join(f"coalesce({column}, '')" for column in contract.key)
    found = warehouse.execute(f"{query} order by {key}, effective_from", [known_at])
    names = [column[0] for column in found.description or ()]
    return [
        {name: str(cell) for name, cell in zip(names, row, strict=True) if cell is not None}
        for row in found.fetchall()
    ]


def _in_force(rows: Iterable[dict[str, str]], as_of: date) -> list[dict[str, str]]:
    """The rows in force on a day, by name."""
    day = as_of.isoformat()
    in_force = [row for row in rows if row["effective_from"] <= day < row[_RESOLVED]]
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
