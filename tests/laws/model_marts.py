"""The marts as the product's own intake and models compute them, for any files and any day."""

from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb

from ingestion.inbox import take_inbox
from ingestion.warehouse import open_warehouse, set_position
from tests.dbt_workbench import run_dbt
from tests.laws.canonical_files import write_files
from tests.laws.case_definition import Files

Rows = list[dict[str, object]]

LEDGER_MARTS = (
    "ledger_movements",
    "allocations",
    "open_items",
    "aged_debt",
    "suspense",
    "movement_proof",
    "arrangement_instalments",
    "arrangement_compliance",
)


class RowsRefusedError(Exception):
    """A file or row that should be good was refused by the intake."""


def marts_of_the_models(
    files: Files, *, as_of: date, known_at: date, folder: Path, marts: Iterable[str] = LEDGER_MARTS
) -> dict[str, Rows]:
    """Takes the files in with one run and builds the marts named, and what they stand on.

    Args:
        files: canonical CSV content, every row of it fit to be accepted.
        as_of: the day looked at.
        known_at: what is known by then.
        folder: an empty folder to work in.
        marts: which marts to build.

    Raises:
        RowsRefusedError: The intake refused something; the message says what.
    """
    write_files(files, folder / "inbox")
    warehouse = folder / "income.duckdb"
    with closing(open_warehouse(warehouse)) as connection:
        taken = take_inbox(
            connection,
            inbox=folder / "inbox",
            policy=folder / "policy",
            quarantine=folder / "quarantine",
            run_id="laws",
            known_at=known_at,
            last_published_known_at=None,
        )
        refused = [file.name for file in taken.files if file.refused_code or file.rows_quarantined]
        if refused or taken.left_alone:
            raise RowsRefusedError(f"{refused} {taken.left_alone}: see {folder / 'quarantine'}")
        set_position(connection, as_of, known_at)
    selection = [f"+{mart}" for mart in marts]
    for command in ("seed", "run"):
        words = [command] if command == "seed" else [command, "--select", *selection]
        run_dbt(words, target=folder / "target", warehouse=str(warehouse))
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        return {mart: _rows(connection, mart) for mart in marts}


def _rows(connection: duckdb.DuckDBPyConnection, mart: str) -> Rows:
    found = connection.execute(f"select * from marts.{mart}")
    columns = [column[0] for column in found.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
