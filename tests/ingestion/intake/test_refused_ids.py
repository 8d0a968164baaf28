"""Of a refused row the ids are kept that say whom it was about, feed by feed, and nothing else."""

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from ingestion.intake import recognition
from ingestion.intake.warehouse import open_warehouse
from ingestion.sources.source import parse_source
from tests.ingestion.inbox_folder import RECEIPT_HEADER, InboxFolder, csv_text
from tests.ingestion.sources.test_source import MAPPING, take

IDS = (
    "select source_line, feed, key_text, debtor_id, receipt_id, invoice_id, reason_code "
    "from raw.refused_ids order by all"
)


def test_a_refused_receipt_names_its_debtor_and_invoice(folder: InboxFolder) -> None:
    rows = csv_text(f"{RECEIPT_HEADER},debtor_id,invoice_id", "R1,2026-06-25,60.00,barter,D1,A")
    folder.take_one("receipts_20260625.csv", rows)
    assert folder.rows(IDS) == [(2, "receipts", "R1", "D1", "R1", "A", "I19")]
    assert folder.rows("select file_day::varchar, run_id from raw.refused_ids") == [
        ("2026-06-25", "run-1")
    ]


def test_a_refused_reversal_names_its_receipt(folder: InboxFolder) -> None:
    header = "reversal_id,receipt_id,reversed_on,amount,reason_code"
    folder.take_one("receipt_reversals.csv", csv_text(header, "V1,R1,2026-06-31,5.00,chargeback"))
    assert folder.rows(IDS) == [(2, "receipt_reversals", "V1", None, "R1", None, "I10")]


def test_a_row_of_the_wrong_cell_count_names_nobody(folder: InboxFolder) -> None:
    header = "hold_id,debtor_id,hold_type,starts_on"
    folder.take_one("holds.csv", csv_text(header, "H1,D1,internal"))
    assert folder.rows(IDS) == [(2, "holds", None, None, None, None, "I04")]


def test_nothing_but_ids_is_kept(folder: InboxFolder) -> None:
    kept = [name for name, *_ in folder.rows("describe raw.refused_ids")]
    assert kept == [
        "run_id", "feed", "source_file", "source_line", "file_day", "known_on", "reason_code",
        "key_text", "debtor_id", "receipt_id", "invoice_id",
    ]  # fmt: skip


class TestMappedFiles:
    """A source row is taken whole or not at all, so each feed that it feeds misses a row."""

    @pytest.fixture
    def ledger(self, folder: InboxFolder, monkeypatch: pytest.MonkeyPatch) -> InboxFolder:
        source = parse_source("town_hall.yml", MAPPING)
        monkeypatch.setattr(recognition, "load_sources", lambda: {source.source: source})
        return folder

    def test_a_receipt_is_missed_by_the_fault_of_its_invoice(self, ledger: InboxFolder) -> None:
        take(ledger, {"Due": "soon", "Paid": "15/6/2026"})
        assert ledger.rows(IDS) == [
            (2, "invoices", "TH-1", "C1", None, "TH-1", "I10"),
            (2, "receipts", "1-paid", "C1", "1-paid", "TH-1", "I10"),
        ]

    def test_a_debtor_named_in_every_row_is_not_missing(self, ledger: InboxFolder) -> None:
        take(ledger, {"Cur": "USD"})
        assert [feed for _, feed, *_ in ledger.rows(IDS)] == ["invoices"]

    def test_unless_the_debtor_is_at_fault(self, ledger: InboxFolder) -> None:
        take(ledger, {"Type": "Q"})
        assert ledger.rows(IDS) == [
            (2, "debtors", "C1", "C1", None, None, "I19"),
            (2, "invoices", "TH-1", "C1", None, "TH-1", "I19"),
        ]

    def test_a_misshapen_row_may_have_been_any_of_them(self, ledger: InboxFolder) -> None:
        take(ledger, {"Kind": "INV;x"})
        assert [row[1:4] for row in ledger.rows(IDS)] == [
            ("credit_notes", None, None),
            ("invoices", None, None),
            ("receipts", None, None),
        ]


def test_an_older_warehouse_keeps_what_it_knows_of_its_refused_rows(tmp_path: Path) -> None:
    warehouse = tmp_path / "income.duckdb"
    open_warehouse(warehouse).close()
    with closing(duckdb.connect(str(warehouse))) as con:
        con.execute("drop table raw.refused_ids")
        con.execute(
            "insert into raw.refused_rows (run_id, feed, source_file, source_line, key_text, "
            "debtor_id) values ('run-1', 'receipts', 'receipts.csv', 2, 'R1', 'D1'), "
            "('run-1', 'receipt_reversals', 'receipt_reversals.csv', 2, 'V1', null), "
            "('run-1', 'holds', 'holds.csv', null, null, null)"
        )
    for _ in range(2):
        with closing(open_warehouse(warehouse)) as con:
            assert con.execute(
                "select feed, key_text, debtor_id, receipt_id from raw.refused_ids order by all"
            ).fetchall() == [
                ("receipt_reversals", "V1", None, None),
                ("receipts", "R1", "D1", "R1"),
            ]
