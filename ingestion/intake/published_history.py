"""The rows that earlier runs published, read from their Parquet files for the history marts.

Every run loads it again, in one statement for files of one shape: the published folders are the
original, the tables here are a copy. The caller decides which files and which positions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

Position = tuple[date, date]
"""A day of the position, and its last day of knowledge."""

_POSITION = {"as_of_date": "DATE", "known_at": "DATE"}
PUBLISHED_TABLES = {
    "published_aged_debt": _POSITION
    | {
        "debt_type": "VARCHAR",
        "service_code": "VARCHAR",
        "age_band": "VARCHAR",
        "outstanding_amount": "DECIMAL(18,2)",
        "item_count": "BIGINT",
    },
    "published_arrangements": _POSITION
    | {
        "arrangement_id": "VARCHAR",
        "status": "VARCHAR",
        "total_amount": "DECIMAL(18,2)",
        "expected_balance": "DECIMAL(18,2)",
        "actual_balance": "DECIMAL(18,2)",
        "shortfall_amount": "DECIMAL(18,2)",
        "days_past_due": "BIGINT",
        "delinquent_days": "BIGINT",
        "breached_on": "DATE",
    },
    "published_runs": _POSITION | {"run_id": "VARCHAR"},
    "published_suspense": _POSITION
    | {"receipt_id": "VARCHAR", "received_on": "DATE", "amount": "DECIMAL(18,2)"},
    "published_data_quality": _POSITION
    | {
        "check_code": "VARCHAR",
        "severity": "VARCHAR",
        "population": "BIGINT",
        "exceptions": "BIGINT",
        "exceptions_value": "DECIMAL(18,2)",
        "status": "VARCHAR",
        "owner": "VARCHAR",
    },
    "published_open_items": _POSITION
    | {
        "item_id": "VARCHAR",
        "item_kind": "VARCHAR",
        "debtor_id": "VARCHAR",
        "invoice_id": "VARCHAR",
        "debt_type": "VARCHAR",
        "service_code": "VARCHAR",
        "document_date": "DATE",
        "due_date": "DATE",
        "original_amount": "DECIMAL(18,2)",
        "outstanding_amount": "DECIMAL(18,2)",
        "days_past_due": "BIGINT",
        "age_band": "VARCHAR",
    },
}
# Columns that are added up over what the table leaves out, such as debtors.
_SUMMED = {"published_aged_debt": frozenset({"outstanding_amount", "item_count"})}


@dataclass(frozen=True)
class PublishedRows:
    """Parquet files of one mart, and the positions wanted of them."""

    files: Sequence[Path]
    positions: Sequence[Position]


def load_published(
    con: duckdb.DuckDBPyConnection, table: str, published: Iterable[PublishedRows]
) -> None:
    """Loads what runs published into one of `PUBLISHED_TABLES`, in place of what is there.

    A column that some of the files do not have is blank for their rows; other columns are not read.

    Args:
        con: The warehouse.
        table: The table of schema `raw`.
        published: Files and positions; no position comes twice.
    """
    con.begin()
    con.execute(f"delete from raw.{table}")
    for rows in published:
        if rows.files:
            _append(con, table, rows)
    con.commit()


def load_published_runs(con: duckdb.DuckDBPyConnection, runs: Mapping[Position, str]) -> None:
    """Loads which run published each position, in place of what is there.

    Args:
        con: The warehouse.
        runs: The id of the run, by position.
    """
    rows = [[*position, run_id] for position, run_id in runs.items()]
    con.begin()
    con.execute("delete from raw.published_runs")
    if rows:
        con.executemany(
            "insert into raw.published_runs (as_of_date, known_at, run_id) values (?, ?, ?)", rows
        )
    con.commit()


def _append(con: duckdb.DuckDBPyConnection, table: str, rows: PublishedRows) -> None:
    files = [str(path) for path in rows.files]
    described = con.execute("describe from read_parquet(?, union_by_name = true)", [files])
    there = {str(column[0]) for column in described.fetchall()}
    summed = _SUMMED.get(table, frozenset())
    columns = [column for column in PUBLISHED_TABLES[table] if column in there]
    values = ", ".join(f"sum({each})" if each in summed else each for each in columns)
    con.execute(
        f"insert into raw.{table} ({', '.join(columns)}) select {values} "
        "from read_parquet(?, union_by_name = true) "
        "where (as_of_date, known_at) in (select unnest(?::date[]), unnest(?::date[]))"
        + (" group by all" if summed else ""),
        [files, [as_of for as_of, _ in rows.positions], [known for _, known in rows.positions]],
    )
