"""The marts as the product's own intake and models compute them, for any files and any day."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb

from ingestion.inbox import take_inbox
from ingestion.warehouse import open_warehouse, set_position
from tests.dbt_workbench import run_dbt
from tests.laws.canonical_files import Delivery, write_files

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
    deliveries: Sequence[Delivery],
    *,
    as_of: date,
    known_at: date,
    folder: Path,
    marts: Iterable[str] = LEDGER_MARTS,
) -> dict[str, Rows]:
    """Takes the deliveries in, one run each, and builds the marts named and what they stand on.

    Args:
        deliveries: canonical CSV content in the order of the runs, every row fit to be accepted.
        as_of: the day looked at.
        known_at: what is known by then.
        folder: an empty folder to work in.
        marts: which marts to build.

    Raises:
        RowsRefusedError: The intake refused something; the message says what.
    """
    warehouse = folder / "income.duckdb"
    with closing(open_warehouse(warehouse)) as connection:
        for number, delivery in enumerate(deliveries, start=1):
            take_in(connection, delivery, folder / f"run{number}")
        set_position(connection, as_of, known_at)
    selection = [f"+{mart}" for mart in marts]
    for words in (["seed"], ["run", "--select", *selection]):
        run_dbt(words, target=folder / "target", warehouse=str(warehouse))
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        return {mart: _rows(connection, mart) for mart in marts}


def take_in(connection: duckdb.DuckDBPyConnection, delivery: Delivery, folder: Path) -> None:
    """Takes one delivery in as the run that the folder is named after.

    Raises:
        RowsRefusedError: The intake refused something; the message says what.
    """
    write_files(delivery.files, folder / "inbox")
    taken = take_inbox(
        connection,
        inbox=folder / "inbox",
        policy=folder / "policy",
        quarantine=folder / "quarantine",
        run_id=folder.name,
        known_at=delivery.known_at,
        last_published_known_at=delivery.last_published,
    )
    refused = [file.name for file in taken.files if file.refused_code or file.rows_quarantined]
    if refused or taken.left_alone:
        raise RowsRefusedError(f"{refused} {taken.left_alone}: see {folder / 'quarantine'}")


def _rows(connection: duckdb.DuckDBPyConnection, mart: str) -> Rows:
    found = connection.execute(f"select * from marts.{mart}")
    columns = [column[0] for column in found.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
