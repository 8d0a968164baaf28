"""The raw tables and who may write them."""

from datetime import date
from pathlib import Path

import duckdb

from ingestion.contracts.contract import load_contracts
from ingestion.intake.warehouse import (
    KeptLedger,
    forget_unfinished_runs,
    keep_ledger,
    kept_ledger,
    open_warehouse,
    set_position,
)
from tests.ingestion.inbox_folder import RECEIPT_HEADER, InboxFolder, csv_text

LINEAGE = [
    "_run_id", "_source", "_source_file", "_source_line", "_file_day", "_known_on", "_content_hash",
]  # fmt: skip
SQL_TYPES = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "date": "DATE",
    "money": "DECIMAL(18,2)",
    "count": "BIGINT",
    "rate": "DECIMAL(9,6)",
    "flag": "BOOLEAN",
}


def test_every_feed_has_a_table_even_before_its_first_file(folder: InboxFolder) -> None:
    for feed, contract in load_contracts().items():
        described = [(name, kind) for name, kind, *_ in folder.rows(f"describe raw.{feed}")]
        content = [(column.name, SQL_TYPES[column.type]) for column in contract.columns]
        assert described[: len(content)] == content
        assert [name for name, _ in described[len(content) :]] == LINEAGE


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "income.duckdb"
    con = open_warehouse(path)
    set_position(con, date(2026, 6, 30), date(2026, 7, 10))
    con.close()
    con = open_warehouse(path)
    assert con.execute("select as_of_date, known_at from raw.position").fetchall() == [
        (date(2026, 6, 30), date(2026, 7, 10))
    ]
    con.close()


def test_an_older_warehouse_gains_its_missing_columns(tmp_path: Path) -> None:
    path = tmp_path / "income.duckdb"
    old = duckdb.connect(str(path))
    old.execute("create schema raw")
    old.execute("create table raw.services (service_code varchar, _run_id varchar)")
    old.execute("insert into raw.services values ('HALL', 'run-0')")
    old.close()
    con = open_warehouse(path)
    assert con.execute(
        "select service_code, debt_type, _known_on from raw.services"
    ).fetchall() == [("HALL", None, None)]
    con.close()


def test_there_is_one_position_at_a_time(folder: InboxFolder) -> None:
    set_position(folder.con, date(2026, 6, 30), date(2026, 7, 10))
    set_position(folder.con, date(2026, 7, 1), date(2026, 7, 11))
    assert folder.rows("select as_of_date, known_at from raw.position") == [
        (date(2026, 7, 1), date(2026, 7, 11))
    ]


def test_a_position_says_which_kept_one_it_goes_on_from(folder: InboxFolder) -> None:
    day = date(2026, 6, 30)
    set_position(folder.con, day, day, KeptLedger(day, day, "run-1", 3, "code"))
    assert folder.rows("select kept_as_of_date, kept_run_id, runs_kept from raw.position") == [
        (day, "run-1", 3)
    ]


def test_setting_a_position_gives_up_what_was_kept(folder: InboxFolder) -> None:
    day = date(2026, 6, 30)
    kept = KeptLedger(day, day, "run-1", 1, "code")
    keep_ledger(folder.con, kept)
    assert kept_ledger(folder.con) == kept
    set_position(folder.con, day, day, kept)
    assert kept_ledger(folder.con) is None


def test_rows_of_runs_that_were_not_published_are_forgotten(folder: InboxFolder) -> None:
    for run_id in ("run-1", "run-2"):
        rows = csv_text(RECEIPT_HEADER, f"{run_id},2026-06-25,60.00,cash", "bad")
        folder.take_one(f"receipts_{run_id}.csv", rows, run_id=run_id)
        (folder.inbox / f"receipts_{run_id}.csv").unlink()
    forget_unfinished_runs(folder.con, {"run-1", "run-0"})
    assert folder.rows("select receipt_id from raw.receipts") == [("run-1",)]
    assert folder.rows("select run_id from raw.files") == [("run-1",)]
    assert folder.rows("select run_id from raw.refused_rows") == [("run-1",)]
    forget_unfinished_runs(folder.con, [])
    assert folder.rows("select count(*) from raw.receipts") == [(0,)]


def test_a_file_of_a_forgotten_run_is_taken_anew(folder: InboxFolder) -> None:
    rows = csv_text(RECEIPT_HEADER, "R1,2026-06-25,60.00,cash")
    folder.take_one("receipts.csv", rows)
    forget_unfinished_runs(folder.con, [])
    assert not folder.take_one("receipts.csv", rows, run_id="run-2").unchanged
    assert folder.rows("select _run_id from raw.receipts") == [("run-2",)]
