"""The marts as the product's own intake and dbt make them, for any files and any day."""

from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import yaml

from ingestion.intake.inbox import take_inbox
from ingestion.intake.warehouse import (
    KeptLedger,
    keep_ledger,
    kept_ledger,
    open_warehouse,
    set_position,
)
from tests.dbt_workbench import PROJECT, run_dbt, shared_target
from tests.laws.canonical_files import Delivery, write_files

Rows = list[dict[str, object]]

JUDGED_MARTS = (
    "ledger_movements",
    "allocations",
    "open_items",
    "aged_debt",
    "suspense",
    "movement_proof",
    "bad_debt_provision",
    "arrangement_instalments",
    "arrangement_compliance",
    "recovery_stages",
    "recovery_worklist",
    "diary",
)


class RowsRefusedError(Exception):
    """A file or row that should be good was refused by the intake."""


def take_in_all(warehouse: Path, deliveries: Iterable[Delivery]) -> None:
    """Takes the deliveries in, one run each, beside what was taken in before.

    Raises:
        RowsRefusedError: The intake refused something; the message says what.
    """
    with closing(open_warehouse(warehouse)) as connection:
        before = connection.execute("select count(distinct run_id) from raw.files").fetchone()
        for number, delivery in enumerate(deliveries, start=1 + int(before[0] if before else 0)):
            take_in(connection, delivery, warehouse.parent / f"run{number:03}")


def judge(
    warehouse: Path,
    positions: Iterable[tuple[date, date]],
    marts: Iterable[str] = JUDGED_MARTS,
    threads: int | None = None,
) -> list[dict[str, Rows]]:
    """The marts that dbt builds at one position (`as_of`, `known_at`) after another in a warehouse.

    As in a run, a position continues from the kept ledger of the one before it, this call's or an
    earlier one's, unless it lies before it; then, and at first, the ledger is built whole.

    Args:
        warehouse: where the rows are.
        positions: in the order in which they are requested.
        marts: which marts to build, with their parents.
        threads: how many dbt and DuckDB use; their own defaults by default.
    """
    words = ["build", "--resource-type", "seed", "--resource-type", "model", "--select"]
    words += [f"+{mart}" for mart in marts]
    target = shared_target()
    if threads is not None:
        words += _with_threads(threads, warehouse.parent / "profiles")
        target = warehouse.parent / "target"
    answers = []
    for as_of, known_at in positions:
        with closing(open_warehouse(warehouse)) as connection:
            before = kept_ledger(connection)
            is_later = before and as_of >= before.as_of and known_at >= before.known_at
            kept = before if is_later else None
            set_position(connection, as_of, known_at, kept)
        whole = [] if kept else ["--full-refresh"]
        run_dbt([*words, *whole], target=target, warehouse=warehouse)
        with closing(open_warehouse(warehouse)) as connection:
            (newest,) = connection.execute("select max(run_id) from raw.files").fetchall()[0]
            runs = 1 + (kept.runs if kept else 0)
            keep_ledger(connection, KeptLedger(as_of, known_at, newest, runs, "tests"))
            answers.append({mart: rows_of_mart(connection, mart) for mart in marts})
    return answers


def _with_threads(threads: int, profiles: Path) -> list[str]:
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text("utf-8"))
    output = profile["council_income"]["outputs"]["duckdb"]
    output["settings"]["threads"] = threads
    profiles.mkdir(exist_ok=True)
    (profiles / "profiles.yml").write_text(yaml.safe_dump(profile), "utf-8")
    return ["--profiles-dir", str(profiles), "--threads", str(threads)]


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


def rows_of_mart(connection: duckdb.DuckDBPyConnection, mart: str) -> Rows:
    """The rows of a mart, as the warehouse has them."""
    found = connection.execute(f"select * from marts.{mart}")
    columns = [column[0] for column in found.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
