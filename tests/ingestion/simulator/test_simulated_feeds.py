"""Every feed is there with something to see, clean but for the rows planted to be refused."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ingestion.contracts.contract import CellType, load_contracts
from ingestion.intake.inbox import take_inbox
from ingestion.intake.taken import Intake
from ingestion.intake.warehouse import open_warehouse
from ingestion.simulator.stories import CAST
from ingestion.simulator.stories.spoilt import EXTRA_COLUMN, SPOILT
from tests.ingestion.simulator.inbox_rows import Inbox

_CODES = [
    (contract.feed, column.name, column.codes)
    for contract in load_contracts().values()
    for column in contract.columns
    if column.type is CellType.CODE
]


@pytest.fixture(scope="module")
def loaded(
    council: Inbox, until: date, tmp_path_factory: pytest.TempPathFactory
) -> tuple[duckdb.DuckDBPyConnection, Intake]:
    home = tmp_path_factory.mktemp("home")
    connection = open_warehouse(home / "income.duckdb")
    intake = take_inbox(
        connection,
        inbox=council.folder,
        policy=home / "policy",
        quarantine=home / "quarantine",
        run_id="run",
        known_at=until,
        last_published_known_at=None,
    )
    return connection, intake


@pytest.mark.parametrize("feed", sorted(load_contracts()))
def test_every_feed_has_rows_however_small_the_council(bare_council: Inbox, feed: str) -> None:
    assert bare_council.all_rows(feed)


@pytest.mark.parametrize("feed", sorted(load_contracts()))
def test_every_file_has_the_columns_of_its_contract_and_no_others(
    council: Inbox, feed: str
) -> None:
    headers = {file.header for file in council.files if file.feed == feed}
    assert headers - {(*load_contracts()[feed].names, EXTRA_COLUMN)} == {
        load_contracts()[feed].names
    }


@pytest.mark.parametrize(("feed", "column", "codes"), _CODES)
def test_every_code_of_every_list_occurs_whatever_chance_brings(
    bare_council: Inbox, feed: str, column: str, codes: tuple[str, ...]
) -> None:
    assert set(codes) <= bare_council.codes()[feed, column]


def test_only_the_planted_rows_are_refused_each_for_its_column(
    loaded: tuple[duckdb.DuckDBPyConnection, Intake],
) -> None:
    connection, intake = loaded
    refused = connection.execute(
        "select feed, column_name, raw_line from raw.refused_rows order by all"
    ).fetchall()
    planted = sorted((one.feed, one.column, one.key) for one in SPOILT)
    assert [(feed, column) for feed, column, _ in refused] == [
        (feed, column) for feed, column, _ in planted
    ]
    found = sorted((feed, column, line.split(",")[0]) for feed, column, line in refused)
    assert found == planted
    assert not [file.name for file in intake.files if file.refused_code]


def test_one_file_has_a_column_that_no_contract_knows(
    loaded: tuple[duckdb.DuckDBPyConnection, Intake],
) -> None:
    with_more = [file for file in loaded[1].files if file.unknown_columns]
    assert [file.feed for file in with_more] == ["receipts"]
    assert with_more[0].unknown_columns == (EXTRA_COLUMN,)


def test_every_refused_row_about_a_person_lets_its_debtor_be_read(
    loaded: tuple[duckdb.DuckDBPyConnection, Intake],
) -> None:
    feeds = ("debtors", "holds", "disputes", "receipts", "arrangements", "case_actions")
    unread = loaded[0].execute(
        f"select feed, key_text from raw.refused_rows where debtor_id is null and feed in {feeds}"
    )
    assert unread.fetchall() == []


def test_rows_are_corrected_repeated_withdrawn_and_known_late(council: Inbox, until: date) -> None:
    receipts = council.all_rows("receipts")
    once = {tuple(row.values()) for row in receipts}
    invoices = council.all_rows("invoices")
    due_dates = {(row["invoice_id"], row["due_date"]) for row in invoices}
    assert len(once) < len(receipts)
    assert len(due_dates) > len({row["invoice_id"] for row in invoices})
    assert any(row["withdrawn_on"] for row in council.all_rows("case_actions"))
    assert any(row["posted_on"] > row["received_on"] for row in receipts)
    assert any(row["received_on"] > f"{until}" for row in receipts)


def test_a_file_has_each_key_as_it_was_at_its_end(council: Inbox) -> None:
    keys = {feed: contract.key for feed, contract in load_contracts().items()}
    spoilt = {(one.feed, one.key) for one in SPOILT}
    states: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for file in council.files:
        for row in file.rows:
            key = tuple(row[column] for column in keys[file.feed])
            if (file.feed, key[0]) not in spoilt:
                states[file.path.name, *key].add(tuple(row.values()))
    assert [key for key, told in states.items() if len(told) > 1] == []


def test_suspense_holds_receipts_that_nothing_identifies_some_with_a_note(
    council: Inbox, until: date
) -> None:
    lost = {
        row["receipt_id"]
        for row in council.known("receipts", until)
        if not row["debtor_id"] and not row["invoice_id"] and len(row["reference"]) != 8
    }
    noted = {row["receipt_id"] for row in council.known("suspense_notes", until)}
    assert len(lost) >= 3
    assert lost & noted
    assert lost - noted


def test_debts_reach_every_age_from_not_yet_due_to_over_six_years(
    council: Inbox, until: date
) -> None:
    ages = [
        (until - date.fromisoformat(row["due_date"])).days
        for row in council.known("invoices", until)
    ]
    for lowest, highest in ((-60, 0), (1, 30), (91, 120), (181, 365), (731, 1090), (2192, 2500)):
        assert any(lowest <= age <= highest for age in ages)


@pytest.mark.parametrize(("service", "month"), [("ALLT", "10"), ("GARD", "03"), ("LICN", "04")])
def test_annual_bills_of_the_population_come_in_their_month(
    council: Inbox, until: date, service: str, month: str
) -> None:
    storied = {f"{number:08d}" for number in range(1, CAST + 1)}
    billed = {
        row["invoice_date"][5:7]
        for row in council.known("invoices", until)
        if row["service_code"] == service
        and row["debtor_id"] not in storied
        and not row["posted_on"]
        and not row["replaces_invoice_id"]
    }
    assert billed == {month}


def test_nobody_real_could_be_meant(council: Inbox) -> None:
    for row in council.all_rows("debtors"):
        assert row["name"].startswith(("Sample ", "Example "))
        assert row["email"] == "" or row["email"].endswith(("@example.org", ".invalid"))
        assert row["telephone"] == "" or row["telephone"].startswith("01632 960")
        assert row["postcode"].startswith("ZZ")


def test_the_only_override_of_a_gate_ran_out_long_ago(council: Inbox, until: date) -> None:
    (override,) = council.all_rows("gate_overrides")
    assert override["expires_on"] < f"{until}"


def test_every_write_off_in_the_ledger_has_its_request_and_its_amount(
    council: Inbox, until: date
) -> None:
    requests = {row["request_id"]: row for row in council.known("write_off_requests", until)}
    write_offs = council.known("write_offs", until)
    assert len(write_offs) >= 3
    for row in write_offs:
        request = requests[row["request_id"]]
        assert Decimal(request["amount"]) == Decimal(row["amount"])
        assert request["approved_on"] < row["written_off_on"]
        assert request["approved_by"] not in (request["requested_by"], request["checked_by"])


def test_files_come_with_and_without_a_byte_order_mark(council: Inbox) -> None:
    marked = {
        file.feed for file in council.files if Path(file.path).read_bytes()[:3] == b"\xef\xbb\xbf"
    }
    assert marked == {"agencies", "agency_remittances"}
