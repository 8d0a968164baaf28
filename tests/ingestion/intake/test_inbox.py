"""What becomes of the files of the inbox."""

import csv
import os
import stat
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ingestion import IngestionError
from ingestion.intake import inbox, recognition
from ingestion.intake.fingerprint import hash_of
from ingestion.intake.inbox import TakenFile, archive
from ingestion.intake.judged_rows import Stage
from ingestion.intake.warehouse import open_warehouse
from tests.ingestion.inbox_folder import (
    INVOICE_HEADER,
    RECEIPT_HEADER,
    InboxFolder,
    csv_text,
    invoice,
)

RECEIPT = csv_text(RECEIPT_HEADER, "R1,2026-06-25,60.00,cash")


def refused_csv(folder: InboxFolder, run_id: str = "run-1") -> list[dict[str, str]]:
    with (folder.quarantine / run_id / "refused.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# ------------------------------------------------------------------------------ rows and lineage


def test_rows_are_typed_and_carry_their_lineage(folder: InboxFolder) -> None:
    folder.take_one(
        "receipts_20260705.csv",
        csv_text(f"{RECEIPT_HEADER},reference,posted_on", "R1,2026-06-25,60.5,cash,007,2026-06-26"),
    )
    assert folder.rows(
        "select receipt_id, received_on, amount, reference, debtor_id, withdrawn_on, posted_on, "
        "_run_id, _source, _source_file, _source_line, _file_day, _known_on from raw.receipts"
    ) == [
        (
            "R1", date(2026, 6, 25), Decimal("60.50"), "007", None, None, date(2026, 6, 26),
            "run-1", "canonical", "receipts_20260705.csv", 2, date(2026, 7, 5), date(2026, 7, 5),
        )
    ]  # fmt: skip


def test_a_file_without_a_day_is_of_the_day_of_the_run(folder: InboxFolder) -> None:
    taken = folder.take_one("receipts.csv", RECEIPT, known_at=date(2026, 7, 9))
    assert (taken.file_day, taken.known_on) == (date(2026, 7, 9), date(2026, 7, 9))


def test_a_late_file_is_seen_from_the_run_that_takes_it(folder: InboxFolder) -> None:
    folder.last_published_known_at = date(2026, 7, 8)
    late = folder.take_one("receipts_20260705.csv", RECEIPT)
    assert (late.file_day, late.known_on) == (date(2026, 7, 5), date(2026, 7, 10))
    assert folder.rows("select _file_day, _known_on from raw.receipts") == [
        (date(2026, 7, 5), date(2026, 7, 10))
    ]


def test_same_content_has_the_same_hash_however_it_is_written(folder: InboxFolder) -> None:
    folder.drop("receipts_20260702.csv", RECEIPT)
    folder.drop(
        "receipts_20260703.csv",
        csv_text("method,amount,debtor_id,received_on,receipt_id", "cash,060.0,,2026-06-25,R1"),
    )
    folder.drop("receipts_20260704.csv", RECEIPT.replace("60.00", "60.01"))
    folder.take()
    hashes = folder.rows("select _content_hash from raw.receipts order by _file_day")
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("column", ["withdrawn_on", "posted_on"])
def test_withdrawal_and_posting_are_part_of_the_content(folder: InboxFolder, column: str) -> None:
    folder.drop("receipts_20260702.csv", RECEIPT)
    line = "R1,2026-06-25,60.00,cash,2026-07-03"
    folder.drop("receipts_20260703.csv", csv_text(f"{RECEIPT_HEADER},{column}", line))
    folder.take()
    assert len(set(folder.rows("select _content_hash from raw.receipts"))) == 2


def test_repeated_rows_are_accepted_and_kept(folder: InboxFolder) -> None:
    line = "R1,2026-06-25,60.00,cash"
    taken = folder.take_one("receipts.csv", csv_text(RECEIPT_HEADER, line, line))
    assert (taken.rows_read, taken.rows_accepted) == (2, 2)
    assert folder.rows("select _source_line from raw.receipts order by 1") == [(2,), (3,)]


def test_a_file_with_only_a_header_is_taken(folder: InboxFolder) -> None:
    taken = folder.take_one("receipts.csv", f"{RECEIPT_HEADER}\n")
    assert (taken.refused_code, taken.rows_read) == (None, 0)
    assert taken.control_total == Decimal("0.00")


def test_text_keeps_leading_zeros_case_and_spaces(folder: InboxFolder) -> None:
    folder.take_one(
        "services.csv", csv_text("service_code,service_name,debt_type", "007a, Hall ,sundry")
    )
    assert folder.rows("select service_code, service_name from raw.services") == [
        ("007a", " Hall ")
    ]


def test_the_control_total_is_the_amount_of_the_accepted_rows(folder: InboxFolder) -> None:
    taken = folder.take_one(
        "receipts.csv",
        csv_text(
            RECEIPT_HEADER,
            "R1,2026-06-25,60.00,cash",
            "R2,2026-06-25,0.10,cash",
            "R3,2026-06-25,7.00,barter",
        ),
    )
    assert taken.control_total == Decimal("60.10")


def test_a_feed_without_money_has_no_control_total(folder: InboxFolder) -> None:
    taken = folder.take_one("case_action_invoices.csv", csv_text("action_id,invoice_id", "A1,I1"))
    assert taken.control_total is None


# ------------------------------------------------------------------------------ rows refused


@pytest.mark.parametrize(
    ("name", "content", "column", "code"),
    [
        pytest.param(
            "invoices.csv",
            csv_text(INVOICE_HEADER, invoice("I1", net_amount="99.99"), invoice("I2")),
            "gross_amount",
            "I07",
            id="I1-net-and-VAT-are-not-the-gross",
        ),
        pytest.param(
            "receipts.csv",
            csv_text(RECEIPT_HEADER, "R1,2026-06-25,60.00,barter", "R2,2026-06-25,60.00,cash"),
            "method",
            "I19",
            id="I2-method-is-not-in-its-list",
        ),
        pytest.param(
            "invoices.csv",
            csv_text(INVOICE_HEADER, invoice("I1", due_date=""), invoice("I2")),
            "due_date",
            "I04",
            id="I3-invoice-without-due-date",
        ),
    ],
)
def test_case_a_bad_row_refuses_that_row_only(
    folder: InboxFolder, name: str, content: str, column: str, code: str
) -> None:
    taken = folder.take_one(name, content)
    assert (taken.rows_read, taken.rows_accepted, taken.rows_quarantined) == (2, 1, 1)
    assert folder.rows(f"select _source_line from raw.{taken.feed}") == [(3,)]
    (refused,) = refused_csv(folder)
    assert (refused["column_name"], refused["reason_code"]) == (column, code)
    assert (refused["source_file"], refused["source_line"]) == (name, "2")
    assert refused["raw_line"] == content.splitlines()[1]


@pytest.mark.parametrize("case", [pytest.param("colour", id="I4-an-extra-column")])
def test_case_an_unknown_column_is_kept_out_and_reported(folder: InboxFolder, case: str) -> None:
    taken = folder.take_one(
        "invoices.csv", csv_text(f"{INVOICE_HEADER},{case}", f"{invoice()},red")
    )
    assert taken.rows_accepted == 1
    assert taken.unknown_columns == (case,)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"debtor_id": ""}, "debtor_id", "I04"),
        ({"debtor_id": "   "}, "debtor_id", "I04"),
        ({"net_amount": "100.000"}, "net_amount", "I08"),
        ({"vat_amount": "£20"}, "vat_amount", "I08"),
        ({"gross_amount": "0", "net_amount": "0", "vat_amount": "0"}, "gross_amount", "I09"),
        (
            {"gross_amount": "-120.00", "net_amount": "-100", "vat_amount": "-20"},
            "gross_amount",
            "I09",
        ),
        ({"invoice_date": "2026-02-30"}, "invoice_date", "I10"),
        ({"due_date": "29/06/2026"}, "due_date", "I10"),
        ({"invoice_date": " "}, "invoice_date", "I04"),
    ],
)
def test_a_row_is_refused_under_the_code_of_its_fault(
    folder: InboxFolder, cells: dict[str, str], column: str, code: str
) -> None:
    taken = folder.take_one("invoices.csv", csv_text(INVOICE_HEADER, invoice(**cells)))
    assert taken.rows_quarantined == 1
    assert folder.rows("select column_name, reason_code from raw.refused_rows") == [(column, code)]


def test_an_optional_cell_of_spaces_is_not_blank(folder: InboxFolder) -> None:
    header = f"{INVOICE_HEADER},supply_from"
    folder.take_one("invoices.csv", csv_text(header, f"{invoice()}, "))
    assert folder.rows("select column_name, reason_code from raw.refused_rows") == [
        ("supply_from", "I10")
    ]


def test_a_row_with_several_faults_is_one_row_of_quarantine_with_all_of_them(
    folder: InboxFolder,
) -> None:
    bad = invoice(due_date="soon", debtor_id="", gross_amount="1e2")
    folder.take_one("invoices.csv", csv_text(INVOICE_HEADER, bad))
    (refused,) = refused_csv(folder)
    assert (refused["column_name"], refused["reason_code"]) == ("debtor_id", "I04")
    first, second, third = refused["message"].split("; ")
    assert first == "debtor_id is required and is blank"
    assert second == "due_date 'soon' is not a date written YYYY-MM-DD"
    assert third.startswith("gross_amount '1e2' is not an amount such as 1234.50")


def test_net_and_vat_are_not_added_up_where_one_of_them_cannot_be_read(folder: InboxFolder) -> None:
    folder.take_one("invoices.csv", csv_text(INVOICE_HEADER, invoice(net_amount="ten")))
    (refused,) = refused_csv(folder)
    assert refused["reason_code"] == "I08"
    assert ";" not in refused["message"]


@pytest.mark.parametrize(
    ("debtor_id", "receipt_id", "is_good"),
    [("D1", "", True), ("", "R1", True), ("D1", "R1", True), ("", "", False)],
)
def test_a_refund_needs_a_debtor_unless_it_names_a_receipt(
    folder: InboxFolder, debtor_id: str, receipt_id: str, is_good: bool
) -> None:
    taken = folder.take_one(
        "refunds.csv",
        csv_text(
            "refund_id,debtor_id,receipt_id,refunded_on,amount",
            f"F1,{debtor_id},{receipt_id},2026-06-25,5.00",
        ),
    )
    assert taken.rows_accepted == is_good
    if not is_good:
        assert folder.rows("select column_name, reason_code from raw.refused_rows") == [
            ("debtor_id", "I04")
        ]


def test_a_refused_row_keeps_what_of_it_can_be_read(folder: InboxFolder) -> None:
    folder.take_one(
        "receipts.csv",
        csv_text(
            f"{RECEIPT_HEADER},debtor_id",
            "R1,2026-06-25,60.00,barter,D1",
            ",2026-06-25,60.005,cash,",
            "R3,2026-06-25",
        ),
    )
    assert folder.rows(
        "select source_line, key_text, debtor_id, amount, column_name "
        "from raw.refused_rows order by source_line"
    ) == [
        (2, "R1", "D1", Decimal("60.00"), "method"),
        (3, None, None, None, "receipt_id"),
        (4, None, None, None, ""),
    ]


def test_a_key_of_several_columns_is_joined_by_a_bar(folder: InboxFolder) -> None:
    header = "account_code,balance_date,balance,account_type"
    folder.take_one("gl_balances.csv", csv_text(header, "B12,2026-06-30,5.00,debtor"))
    assert folder.rows("select key_text from raw.refused_rows") == [("B12|2026-06-30",)]


def test_the_raw_line_is_exact_even_over_several_lines(folder: InboxFolder) -> None:
    record = 'R1,2026-06-25,60.00,barter,"say ""no"",\r\n now"'
    folder.take_one("receipts.csv", f"{RECEIPT_HEADER},reference\n{record}\r\n")
    (refused,) = refused_csv(folder)
    assert refused["raw_line"] == record


def test_quarantine_is_for_its_owner_only(folder: InboxFolder) -> None:
    folder.take_one("receipts.csv", csv_text(RECEIPT_HEADER, "R1"))
    for path in (folder.quarantine / "run-1", folder.quarantine / "run-1" / "refused.csv"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_where_nothing_is_refused_there_is_no_quarantine(folder: InboxFolder) -> None:
    folder.take_one("receipts.csv", RECEIPT)
    assert list(folder.quarantine.iterdir()) == []


# ------------------------------------------------------------------------------ files refused


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("receipts.csv", b"", "is empty (0 bytes)"),
        ("receipts.csv", b"receipt_id,received_on,amount\n", "required column method is missing"),
        ("receipts.csv", b"receipt_id,received_on,Amount,method\n", "'Amount'"),
        ("receipts.csv", RECEIPT.encode("utf-16"), "is a binary file"),
        ("receipts.csv", RECEIPT.replace("R1", "£1").encode("cp1252"), "is not UTF-8"),
        ("receipts.csv", b"receipt_id,receipt_id,received_on,amount,method\n", "receipt_id twice"),
        ("receipts.csv", b"\x00\x01", "is a binary file"),
        ("receipts.csv", RECEIPT.encode() + b'R2,2026-06-25,1,"cash\n', "line 3: a quote opens"),
        ("colours.csv", RECEIPT.encode(), "does not match any feed or source mapping"),
        ("statement.xml", b"<a/>", "does not match any feed or source mapping"),
    ],
)  # fmt: skip
def test_an_unfit_file_is_refused_in_one_line_and_nothing_of_it_is_loaded(
    folder: InboxFolder, name: str, content: bytes, part: str
) -> None:
    folder.drop("debtors.csv", csv_text("debtor_id,party_type,name", "D1,individual,A"))
    taken = folder.take_one(name, content)
    assert taken.refused_code == "I04"
    assert taken.refused_message is not None
    assert part in taken.refused_message
    assert taken.refused_message.startswith(name)
    assert "\n" not in taken.refused_message
    assert folder.rows("select count(*) from raw.receipts") == [(0,)]
    assert folder.rows("select count(*) from raw.debtors") == [(1,)]
    assert [(row["source_file"], row["source_line"]) for row in refused_csv(folder)] == [(name, "")]


def test_the_refusal_of_an_unknown_file_names_the_feeds(folder: InboxFolder) -> None:
    taken = folder.take_one("colours.csv", "a\n1\n")
    assert taken.refused_message is not None
    assert "invoices" in taken.refused_message
    assert "write_off_requests" in taken.refused_message
    assert taken.feed == ""


def test_a_refused_file_is_recorded_with_its_feed(folder: InboxFolder) -> None:
    folder.take_one("holds_20260701.csv", b"")
    assert folder.rows(
        "select source_file, feed, refused_code, file_day, rows_read from raw.files"
    ) == [("holds_20260701.csv", "holds", "I04", date(2026, 7, 1), 0)]


def test_a_refused_file_is_judged_again_when_it_comes_again(folder: InboxFolder) -> None:
    folder.take_one("receipts.csv", b"")
    again = folder.take_one("receipts.csv", b"", run_id="run-2")
    assert again.refused_code == "I04"
    assert not again.unchanged


# ------------------------------------------------------------------------------ files again


def test_the_same_name_and_bytes_again_are_a_no_op_with_the_counts_of_then(
    folder: InboxFolder,
) -> None:
    content = csv_text(RECEIPT_HEADER, "R1,2026-06-25,60.00,cash", "R2,2026-06-25,1,barter")
    first = folder.take_one("receipts.csv", content, known_at=date(2026, 7, 8))
    again = folder.take_one("receipts.csv", content, run_id="run-2")
    assert again.unchanged
    assert not first.unchanged
    assert again.known_on == date(2026, 7, 8)
    assert (again.rows_read, again.rows_accepted, again.rows_quarantined) == (2, 1, 1)
    assert again.control_total == Decimal("60.00")
    assert folder.rows("select count(*) from raw.receipts") == [(1,)]
    assert folder.rows("select count(*) from raw.refused_rows") == [(1,)]
    assert not (folder.quarantine / "run-2").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("receipts_2.csv", RECEIPT), ("receipts.csv", RECEIPT.replace("60.00", "61.00"))],
)
def test_another_name_or_other_bytes_are_another_file(
    folder: InboxFolder, name: str, content: str
) -> None:
    folder.take_one("receipts.csv", RECEIPT)
    (folder.inbox / "receipts.csv").unlink()
    assert not folder.take_one(name, content, run_id="run-2").unchanged
    assert folder.rows("select count(*) from raw.receipts") == [(2,)]


# ------------------------------------------------------------------------------ files left alone


@pytest.mark.parametrize("name", ["receipts.csv.part", "receipts.tmp", ".receipts.csv"])
def test_unfinished_and_hidden_files_are_left_alone(folder: InboxFolder, name: str) -> None:
    folder.drop(name, RECEIPT)
    intake = folder.take()
    assert intake.files == ()
    assert intake.left_alone == (name,)


def test_folders_in_the_inbox_are_not_files(folder: InboxFolder) -> None:
    (folder.inbox / "archive").mkdir()
    intake = folder.take()
    assert (intake.files, intake.left_alone) == ((), ())


def test_an_empty_and_an_absent_inbox_are_fine(folder: InboxFolder) -> None:
    assert folder.take().files == ()
    folder.inbox.rmdir()
    assert folder.take().files == ()


def test_a_file_that_changes_while_it_is_read_is_left_alone(
    folder: InboxFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder.drop("receipts.csv", RECEIPT)
    folder.drop("debtors.csv", csv_text("debtor_id,party_type,name", "D1,individual,A"))
    read = recognition.read_feed_file

    def read_while_written(*arguments: object, **named: object) -> object:
        reading = read(*arguments, **named)  # type: ignore[arg-type]
        with path.open("a") as stream:
            stream.write("R2,2026-06-25,1.00,cash\n")
        return reading

    monkeypatch.setattr(recognition, "read_feed_file", read_while_written)
    intake = folder.take()
    assert intake.left_alone == ("receipts.csv",)
    assert [file.name for file in intake.files] == ["debtors.csv"]
    assert folder.rows("select count(*) from raw.receipts") == [(0,)]
    assert folder.rows("select count(*) from raw.files") == [(1,)]


def test_a_file_that_is_touched_while_it_is_read_is_left_alone(
    folder: InboxFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder.drop("receipts.csv", RECEIPT)
    read = recognition.read_feed_file

    def read_while_touched(*arguments: object, **named: object) -> object:
        reading = read(*arguments, **named)  # type: ignore[arg-type]
        os.utime(path, (1, 1))
        return reading

    monkeypatch.setattr(recognition, "read_feed_file", read_while_touched)
    assert folder.take().left_alone == ("receipts.csv",)


def test_a_file_that_is_gone_before_it_is_read_is_left_alone(
    folder: InboxFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.drop("receipts.csv", RECEIPT)

    def gone(*_arguments: object, **_named: object) -> object:
        raise FileNotFoundError

    monkeypatch.setattr(recognition, "read_feed_file", gone)
    intake = folder.take()
    assert (intake.left_alone, intake.unreadable) == (("receipts.csv",), ())


def test_a_file_that_goes_on_growing_while_others_are_read_is_left_alone(
    folder: InboxFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder.drop("debtors.csv", csv_text("debtor_id,party_type,name", "D1,individual,A"))
    folder.drop("receipts.csv", RECEIPT)
    read = recognition.read_feed_file

    def read_while_another_grows(*arguments: object, **named: object) -> object:
        if "receipts.csv" in str(arguments):
            with path.open("a") as stream:
                stream.write("D2,individual,B\n")
        return read(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(recognition, "read_feed_file", read_while_another_grows)
    intake = folder.take()
    assert intake.left_alone == ("debtors.csv",)
    assert folder.rows("select count(*) from raw.debtors") == [(0,)]


def test_a_file_that_cannot_be_read_is_left_alone_and_named(
    folder: InboxFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.drop("receipts.csv", RECEIPT)

    def forbidden(path: Path) -> object:
        raise PermissionError(path)

    monkeypatch.setattr(inbox, "fingerprint_of", forbidden)
    folder.drop("debtors.csv.part", "unfinished")
    intake = folder.take()
    assert intake.left_alone == ("debtors.csv.part", "receipts.csv")
    assert intake.unreadable == ("receipts.csv",)


def test_a_file_whose_name_is_no_text_is_left_alone_and_named(folder: InboxFolder) -> None:
    name = os.fsencode(folder.inbox) + b"/receipts_\xe4.csv"
    with open(name, "wb") as stream:  # noqa: PTH123
        stream.write(RECEIPT.encode())
    assert folder.take().left_alone == (r"receipts_\udce4.csv",)


def test_catching_up_takes_no_file_without_a_day_in_its_name(folder: InboxFolder) -> None:
    folder.drop("receipts.csv", RECEIPT)
    folder.drop("receipts_20260705.csv", RECEIPT)
    folder.drop("receipts_20261305.csv", RECEIPT)
    intake = folder.take(require_dated_names=True)
    assert [file.name for file in intake.files] == ["receipts_20260705.csv"]
    assert intake.left_alone == ("receipts.csv", "receipts_20261305.csv")


# ------------------------------------------------------------------------------ all or nothing


def test_files_of_one_feed_are_judged_apart_and_loaded_together(folder: InboxFolder) -> None:
    folder.drop("receipts_20260701.csv", RECEIPT)
    folder.drop(
        "receipts_20260702.csv",
        csv_text("method,receipt_id,received_on,amount", "cash,R2,2026-07-02,5"),
    )
    folder.drop("receipts_20260703.csv", b"")
    intake = folder.take()
    assert [file.refused_code for file in intake.files] == [None, None, "I04"]
    assert folder.rows("select receipt_id, _source_file from raw.receipts order by 1") == [
        ("R1", "receipts_20260701.csv"),
        ("R2", "receipts_20260702.csv"),
    ]


def test_if_loading_fails_nothing_is_loaded(
    folder: InboxFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.drop("receipts.csv", csv_text(RECEIPT_HEADER, "R1,2026-06-25,60.00,cash", "R2"))
    folder.drop("invoices.csv", csv_text(INVOICE_HEADER, invoice()))

    def fail(con: duckdb.DuckDBPyConnection, table: str, stage: Stage) -> None:
        raise OSError(f"no room for {table} of {len(stage.columns)} columns of {con}")

    monkeypatch.setattr(inbox, "insert_records", fail)
    with pytest.raises(OSError, match="no room"):
        folder.take()
    for table in ("receipts", "invoices", "files", "refused_rows"):
        assert folder.rows(f"select count(*) from raw.{table}") == [(0,)]
    monkeypatch.undo()
    assert len(folder.take("run-2").files) == 2
    assert folder.rows("select count(*) from raw.receipts") == [(1,)]


def test_what_a_killed_run_staged_is_cleared_away(folder: InboxFolder) -> None:
    stale = folder.quarantine / ".intake-killed"
    stale.mkdir(parents=True)
    (stale / "rows.arrow").write_bytes(b"x")
    folder.take()
    assert list(folder.quarantine.iterdir()) == []


def test_the_order_in_which_files_were_dropped_does_not_matter(tmp_path: Path) -> None:
    names = ["receipts_20260703.csv", "invoices.csv", "receipts_20260702.csv"]
    contents = dict.fromkeys(names, RECEIPT) | {"invoices.csv": csv_text(INVOICE_HEADER, invoice())}
    tables = []
    for home, order in ((tmp_path / "a", names), (tmp_path / "b", names[::-1])):
        (home / "inbox").mkdir(parents=True)
        con = open_warehouse(home / "income.duckdb")
        folder = InboxFolder(home, con)
        for name in order:
            folder.drop(name, contents[name])
        folder.take()
        tables.append(folder.rows("from raw.receipts order by _source_file"))
        con.close()
    assert tables[0] == tables[1]


# ------------------------------------------------------------------------------ archive


def test_taken_and_unchanged_files_go_to_the_archive_and_refused_ones_to_quarantine(
    folder: InboxFolder, tmp_path: Path
) -> None:
    folder.take_one("receipts.csv", RECEIPT)
    folder.drop("debtors.csv", b"")
    folder.drop("holds.csv.part", b"")
    intake = folder.take("run-2")
    for _ in range(2):
        archive(folder.inbox, tmp_path / "done", tmp_path / "bad", intake.files)
    assert [path.name for path in (tmp_path / "done").iterdir()] == ["receipts.csv"]
    assert [path.name for path in (tmp_path / "bad").iterdir()] == ["debtors.csv"]
    assert [path.name for path in folder.inbox.iterdir()] == ["holds.csv.part"]


def test_a_file_that_came_anew_under_the_same_name_stays_in_the_inbox(
    folder: InboxFolder, tmp_path: Path
) -> None:
    taken = folder.take_one("receipts.csv", RECEIPT)
    folder.drop("receipts.csv", RECEIPT.replace("60.00", "61.00"))
    archive(folder.inbox, tmp_path / "done", tmp_path / "bad", [taken])
    assert (folder.inbox / "receipts.csv").exists()
    assert not (tmp_path / "done").exists()


def test_policy_files_are_never_archived(folder: InboxFolder, tmp_path: Path) -> None:
    path = folder.drop("ledger_rules.csv", "x\n")
    day = date(2026, 7, 1)
    sha256 = hash_of(path)
    taken = TakenFile("ledger_rules.csv", sha256, "policy_ledger_rules", "policy", day, day)
    archive(folder.inbox, tmp_path / "done", tmp_path / "bad", [taken])
    assert path.exists()


def test_a_warehouse_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "income.duckdb"
    path.write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(IngestionError, match=r"income\.duckdb: the warehouse cannot be opened"):
        open_warehouse(path)
