"""The raw tables: made from the contracts, appended to in one transaction, never updated.

The only connection, apart from dbt's, that writes to the warehouse file. Every accepted row is
stored, repeated ones too, with its lineage; dbt decides which version of a row is current.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.contracts.contract import CellType, load_contracts
from ingestion.intake.judged_rows import Stage
from ingestion.intake.published_history import PUBLISHED_TABLES
from ingestion.policy.policy_tables import load_policy_tables
from ingestion.refusal import IngestionError

LINEAGE = {
    "_run_id": "VARCHAR",
    "_source": "VARCHAR",
    "_source_file": "VARCHAR",
    "_source_line": "BIGINT",
    "_file_day": "DATE",
    "_known_on": "DATE",
}
CONTENT_HASH = "_content_hash"

_SQL_TYPES = {
    CellType.TEXT: "VARCHAR",
    CellType.CODE: "VARCHAR",
    CellType.DATE: "DATE",
    CellType.MONEY: "DECIMAL(18,2)",
    CellType.COUNT: "BIGINT",
    CellType.RATE: "DECIMAL(9,6)",
    CellType.FLAG: "BOOLEAN",
    CellType.FIGURE: "VARCHAR",
}
_RECORDS = {
    "position": {
        "as_of_date": "DATE",
        "known_at": "DATE",
        "kept_as_of_date": "DATE",
        "kept_known_at": "DATE",
        "kept_run_id": "VARCHAR",
        "runs_kept": "BIGINT",
    },
    "kept_ledger": {
        "as_of_date": "DATE",
        "known_at": "DATE",
        "last_run": "VARCHAR",
        "runs_kept": "BIGINT",
        "made_by": "VARCHAR",
    },
    "gate_results": {
        "as_of_date": "DATE",
        "known_at": "DATE",
        "check_code": "VARCHAR",
        "population": "BIGINT",
        "exceptions": "BIGINT",
        "exceptions_value": "DECIMAL(18,2)",
        "status": "VARCHAR",
    },
    "files": {
        "run_id": "VARCHAR",
        "source_file": "VARCHAR",
        "sha256": "VARCHAR",
        "feed": "VARCHAR",
        "source": "VARCHAR",
        "file_day": "DATE",
        "known_on": "DATE",
        "rows_read": "BIGINT",
        "rows_accepted": "BIGINT",
        "rows_quarantined": "BIGINT",
        "rows_set_aside": "BIGINT",
        "control_total": "DECIMAL(38,2)",
        "refused_code": "VARCHAR",
        "refused_message": "VARCHAR",
        "notes": "VARCHAR",
    },
    "refused_rows": {
        "run_id": "VARCHAR",
        "feed": "VARCHAR",
        "source_file": "VARCHAR",
        "source_line": "BIGINT",
        "file_day": "DATE",
        "known_on": "DATE",
        "column_name": "VARCHAR",
        "reason_code": "VARCHAR",
        "message": "VARCHAR",
        "raw_line": "VARCHAR",
        "key_text": "VARCHAR",
        "debtor_id": "VARCHAR",
        "amount": "DECIMAL(18,2)",
    },
    "refused_ids": {
        "run_id": "VARCHAR",
        "feed": "VARCHAR",
        "source_file": "VARCHAR",
        "source_line": "BIGINT",
        "file_day": "DATE",
        "known_on": "DATE",
        "reason_code": "VARCHAR",
        "key_text": "VARCHAR",
        "debtor_id": "VARCHAR",
        "receipt_id": "VARCHAR",
        "invoice_id": "VARCHAR",
    },
}
# What an older warehouse has of its refused rows: not which receipt or invoice they name.
_REFUSED_BEFORE = """
    insert into raw.refused_ids by name
    select run_id, feed, source_file, source_line, file_day, known_on, reason_code, key_text,
        debtor_id, case when feed = 'receipts' then key_text end as receipt_id
    from raw.refused_rows
    where source_line is not null
"""
_ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "DECIMAL(18,2)": pa.decimal128(18, 2),
    "DECIMAL(38,2)": pa.decimal128(38, 2),
}


def record_schema(table: str) -> pa.Schema:
    """The Arrow schema of one of the record tables, such as `files` and `refused_rows`."""
    return pa.schema([(name, _ARROW_TYPES[kind]) for name, kind in _RECORDS[table].items()])


def open_warehouse(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the warehouse for writing and make every raw table that is not there yet.

    Args:
        path: The DuckDB file; made if it is not there.

    Raises:
        IngestionError: The file is not a warehouse, or another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        con = duckdb.connect(
            str(path),
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
        )
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise IngestionError(f"{path}: the warehouse cannot be opened: {reason}") from error
    con.begin()
    con.execute("create schema if not exists raw")
    there = _columns_there(con)
    for name, columns in _tables().items():
        _make_table(con, name, columns, there.get(name))
    if "refused_ids" not in there:
        con.execute(_REFUSED_BEFORE)
    con.commit()
    return con


def _columns_there(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    rows = con.execute(
        "select table_name, list(column_name) from duckdb_columns() "
        "where schema_name = 'raw' group by table_name"
    ).fetchall()
    return dict(rows)


def _tables() -> dict[str, dict[str, str]]:
    lineage = {**LINEAGE, CONTENT_HASH: "VARCHAR"}
    feeds = {
        feed: {column.name: _SQL_TYPES[column.type] for column in contract.columns}
        for feed, contract in load_contracts().items()
    }
    policies = {
        name: dict.fromkeys(contract.names, "VARCHAR")
        for name, contract in load_policy_tables().items()
    }
    with_lineage = {name: columns | lineage for name, columns in (feeds | policies).items()}
    return with_lineage | _RECORDS | PUBLISHED_TABLES


def _make_table(
    con: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    there: Collection[str] | None,
) -> None:
    """Make a table, or add to an older one the columns that it does not have yet."""
    listed = {column: f'"{column}" {kind}' for column, kind in columns.items()}
    if there is None:
        con.execute(f'create table raw."{name}" ({", ".join(listed.values())})')
        return
    for column, definition in listed.items():
        if column not in there:
            con.execute(f'alter table raw."{name}" add column {definition}')


@dataclass(frozen=True, slots=True)
class KeptLedger:
    """The published position whose ledger rows are still in the model tables.

    Attributes:
        as_of: Its day.
        known_at: The day as known on which it was computed.
        last_run: The run that computed it; rows of later runs it has not seen.
        runs: How many runs have continued from it since it was built whole, this one included.
        made_by: Version of the code and of the libraries that computed it.
    """

    as_of: date
    known_at: date
    last_run: str
    runs: int
    made_by: str


def kept_ledger(con: duckdb.DuckDBPyConnection) -> KeptLedger | None:
    """The position whose ledger rows the model tables hold; None if that is not known."""
    row = con.execute(
        "select as_of_date, known_at, last_run, runs_kept, made_by from raw.kept_ledger"
    ).fetchone()
    return None if row is None else KeptLedger(*row)


def keep_ledger(con: duckdb.DuckDBPyConnection, kept: KeptLedger) -> None:
    """Record that the model tables hold the ledger of a published position."""
    con.begin()
    con.execute("delete from raw.kept_ledger")
    con.execute(
        "insert into raw.kept_ledger (as_of_date, known_at, last_run, runs_kept, made_by) "
        "values (?, ?, ?, ?, ?)",
        [kept.as_of, kept.known_at, kept.last_run, kept.runs, kept.made_by],
    )
    con.commit()


def set_position(
    con: duckdb.DuckDBPyConnection, as_of: date, known_at: date, kept: KeptLedger | None = None
) -> None:
    """Record the position that the models compute, and the kept one that they continue.

    No gate has judged the position yet, so the results of gates are removed. The model tables hold
    no published position from now on: the kept ledger counts again only once a run that built it is
    published.
    """
    continued = (kept.as_of, kept.known_at, kept.last_run, kept.runs) if kept else (None,) * 4
    con.begin()
    con.execute("delete from raw.gate_results")
    con.execute("delete from raw.kept_ledger")
    con.execute("delete from raw.position")
    con.execute(
        "insert into raw.position (as_of_date, known_at, kept_as_of_date, kept_known_at, "
        "kept_run_id, runs_kept) values (?, ?, ?, ?, ?, ?)",
        [as_of, known_at, *continued],
    )
    con.commit()


def forget_unfinished_runs(
    con: duckdb.DuckDBPyConnection, committed_run_ids: Collection[str]
) -> None:
    """Delete the rows of runs without a published manifest."""
    marked = con.execute(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'raw' and column_name in ('_run_id', 'run_id') order by all"
    ).fetchall()
    con.begin()
    for table, column in marked:
        con.execute(
            f'delete from raw."{table}" where "{column}" not in (select unnest(?::varchar[]))',
            [sorted(committed_run_ids)],
        )
    con.commit()


def insert_rows(con: duckdb.DuckDBPyConnection, table: str, stage: Stage) -> None:
    """Append staged rows with their lineage to a raw table, in one statement.

    The content hash is the MD5 over every content column as text, blank for null, joined by the
    unit separator.
    """
    columns = stage.columns
    texts = ", ".join(
        f"coalesce(\"{name}\"::varchar, '')" for name in columns if name not in LINEAGE
    )
    names = ", ".join(f'"{name}"' for name in columns)
    _insert(
        con,
        stage,
        f'insert into raw."{table}" ({names}, {CONTENT_HASH}) '
        f"select {names}, md5(concat_ws(chr(31), {texts})) from staged_rows",
    )


def insert_records(con: duckdb.DuckDBPyConnection, table: str, stage: Stage) -> None:
    """Append staged rows to one of the record tables, in one statement."""
    names = ", ".join(_RECORDS[table])
    _insert(con, stage, f"insert into raw.{table} ({names}) select {names} from staged_rows")


def _insert(con: duckdb.DuckDBPyConnection, stage: Stage, statement: str) -> None:
    if stage.is_empty:
        return
    con.register("staged_rows", pa.RecordBatchReader.from_batches(stage.schema, stage.batches()))
    try:
        con.execute(statement)
    finally:
        con.unregister("staged_rows")
