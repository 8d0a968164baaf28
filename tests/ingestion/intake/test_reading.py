"""Laws of reading that hold for any bytes at all."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.contracts.contract import load_contracts
from ingestion.intake import judged_rows
from ingestion.intake import reading as reading_module
from ingestion.intake.judged_rows import Stage
from ingestion.intake.reading import Arrived, Reading, read_feed_file
from ingestion.readers import csv_file
from ingestion.refusal import FileRefusedError
from tests.ingestion.inbox_folder import INVOICE_HEADER, invoice

DAY = date(2026, 7, 10)
HEADER = f"{INVOICE_HEADER}\n".encode()
GOOD = [
    "I1", "D1", "HALL", "2026-06-01", "2026-06-29", "100.00", "20.00", "120.00",
]  # fmt: skip
ODD_CELLS = st.sampled_from(
    ["", " ", "5.005", "1e3", "-1", "2026-6-5", "x", '"a\nb"', '"', "é", ","]
)


def read(folder: Path, content: bytes) -> Reading:
    path = folder / "invoices.csv"
    path.write_bytes(content)
    arrived = Arrived(path, "hash", "canonical", "run-1", DAY, DAY)
    return read_feed_file(load_contracts()["invoices"], arrived, folder)


def rows_in(stage: Stage) -> int:
    return sum(int(batch.num_rows) for batch in stage.batches())


def check_counts(result: Reading) -> None:
    assert result.rows_read == result.rows_accepted + result.rows_quarantined
    assert rows_in(result.staged["invoices"]) == result.rows_accepted
    assert rows_in(result.refused) == result.rows_quarantined


RECORDS = st.lists(
    st.one_of(
        st.just(GOOD),
        st.tuples(st.integers(0, 7), ODD_CELLS).map(
            lambda change: [*GOOD[: change[0]], change[1], *GOOD[change[0] + 1 :]]
        ),
        st.lists(ODD_CELLS, max_size=9),
    ),
    max_size=20,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS, ending=st.sampled_from(["\n", "\r", "\r\n"]))
def test_every_row_read_is_accepted_or_quarantined(
    tmp_path: Path, records: list[list[str]], ending: str
) -> None:
    lines = ending.join(",".join(cells) for cells in records)
    try:
        result = read(tmp_path, HEADER + lines.encode())
    except FileRefusedError as refusal:
        assert "quote opens here" in refusal.message
        return
    check_counts(result)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200), headed=st.booleans())
def test_any_bytes_are_read_or_refused_in_one_line(
    tmp_path: Path, content: bytes, headed: bool
) -> None:
    try:
        result = read(tmp_path, HEADER + content if headed else content)
    except FileRefusedError as refusal:
        assert "\n" not in refusal.message
        return
    check_counts(result)


@pytest.mark.parametrize("rows_in_memory", [1, 1000])
def test_a_file_of_many_chunks_is_read_as_one_of_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_in_memory: int
) -> None:
    lines = [invoice(f"I{number}") for number in range(50)]
    lines[17] = invoice("I17", gross_amount="1")
    monkeypatch.setattr(csv_file, "_BLOCK_CHARACTERS", 200)
    monkeypatch.setattr(judged_rows, "_ROWS_IN_MEMORY", rows_in_memory)
    result = read(tmp_path, HEADER + "\n".join(lines).encode())
    check_counts(result)
    assert (result.rows_accepted, result.rows_quarantined) == (49, 1)
    assert result.control_total == Decimal("5880.00")
    staged = [
        (row["invoice_id"], row["_source_line"])
        for batch in result.staged["invoices"].batches()
        for row in batch.to_pylist()
    ]
    assert staged == [(f"I{number}", number + 2) for number in range(50) if number != 17]
    refused = [row for batch in result.refused.batches() for row in batch.to_pylist()]
    assert [(row["source_line"], row["raw_line"]) for row in refused] == [(19, lines[17])]


def test_the_columns_of_a_file_may_be_in_any_order(tmp_path: Path) -> None:
    names = INVOICE_HEADER.split(",")
    content = ",".join(reversed(names)) + "\n" + ",".join(reversed(invoice().split(",")))
    assert read(tmp_path, content.encode()).rows_accepted == 1


def test_a_blank_column_name_is_reported_by_its_place() -> None:
    assert reading_module.unknown_columns(["a", "", "b", ""], ["a"]) == (
        "(blank, column 2)",
        "b",
        "(blank, column 4)",
    )
