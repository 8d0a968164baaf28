"""Duplicate keys, and free text with details that it must not contain, in inbound rows."""

from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.laws.canonical_files import Delivery
from tests.laws.case_rows import Row, debtor, invoice, receipt, service
from tests.laws.model_days import ModelDays
from tests.laws.model_marts import Rows, take_in_all

AT_LIMIT = date(2026, 3, 31)
DAY_AFTER = date(2026, 4, 1)
MARTS = ("data_quality_results", "data_quality_exceptions", "data_quality_history", "kpis")

pytestmark = pytest.mark.slow


def _note(action_id: str, day: date, note: str) -> Row:
    return {
        "action_id": action_id,
        "debtor_id": "D",
        "action_code": "note",
        "acted_on": day.isoformat(),
        "note": note,
    }


# On the limit: a key that comes again in another file, or twice with the same content, is not a
# duplicate. Sixteen digits that are not a card number, a sort code alone and part of a word are
# allowed. The council's own policy has a word with full stops in it.
BEFORE = {
    "debtors_20260301.csv": [debtor("D")],
    "services_20260301.csv": [service("SUN", "sundry")],
    "invoices_20260301.csv": [invoice("A", "90.00", "2026-03-29")] * 2,
    "receipts_20260301.csv": [receipt("R", "1.00", "2026-03-01", debtor_id="D", invoice_id="A")],
    "receipts_20260302.csv": [receipt("R", "2.00", "2026-03-01", debtor_id="D", invoice_id="A")],
    "case_actions_20260331.csv": [
        _note("N1", AT_LIMIT, "Order 4111111111111112 of hospitality"),
        _note("N2", AT_LIMIT, "Sort code 12-34-56, number to follow; ask me"),
    ],
}  # fmt: skip
AFTER = {
    "receipts_20260401.csv": [
        receipt("S", "3.00", "2026-04-01", debtor_id="D", invoice_id="A"),
        receipt("S", "4.00", "2026-04-01", debtor_id="D", invoice_id="A"),
    ],
    "receipts_again_20260401.csv": [
        receipt("S", "4.00", "2026-04-01", debtor_id="D", invoice_id="A"),
        receipt("T", "5.00", "2026-04-01", debtor_id="D", invoice_id="A"),
    ],
    "case_actions_20260401.csv": [
        _note("N3", DAY_AFTER, "Card 4111 1111-1111 1111 read out; in Hospital."),
        _note("N4", DAY_AFTER, "Pays from 12-34-56 / 12345678"),
        _note("N5", DAY_AFTER, "Rang, no answer"),
        _note("N6", DAY_AFTER, "Her M.E. is worse"),
    ],
}


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Rows], dict[str, Rows], Path]:
    warehouse = tmp_path_factory.mktemp("inbound_rows") / "income.duckdb"
    take_in_all(warehouse, [Delivery(BEFORE, AT_LIMIT), Delivery(AFTER, DAY_AFTER)])
    with closing(duckdb.connect(str(warehouse))) as con:
        con.execute(
            "insert into raw.policy_masked_words (policy_row, key, effective_from, _known_on, "
            "_file_day) values ('own', 'm.e.', '2026-01-01', '2026-03-01', '2026-03-01')"
        )
        models = ModelDays(con, MARTS)
        limit, after = models.on(AT_LIMIT), models.on(DAY_AFTER)
    return limit, after, warehouse


def _result(marts: dict[str, Rows], code: str) -> tuple[object, ...]:
    (row,) = (row for row in marts["data_quality_results"] if row["check_code"] == code)
    return row["status"], row["population"], row["exceptions"]


def test_at_the_limit_every_check_of_the_intake_passes_or_waits(
    days: tuple[dict[str, Rows], dict[str, Rows], Path],
) -> None:
    limit, _, _ = days
    results = [r for r in limit["data_quality_results"] if str(r["check_code"]).startswith("I")]
    assert {row["status"] for row in results} == {"passed", "no_data"}
    assert limit["data_quality_exceptions"] == []
    assert (_result(limit, "I05"), _result(limit, "I21")) == (("passed", 8, 0), ("passed", 2, 0))


def test_what_waits_says_for_what(days: tuple[dict[str, Rows], dict[str, Rows], Path]) -> None:
    limit, _, _ = days
    waits = {row["check_code"]: row["missing_feed"] for row in limit["data_quality_results"]}
    assert waits["I02"] == "a format with a trailer record of count and value"
    assert waits["I03"] == "rows of policy numbered_feeds"
    assert waits["I16"] == "receipt_reversals"
    assert waits["R04"] == "gl_balances"
    assert waits["R08"] == "bank_statement_balances,bank_transactions"
    assert waits["I05"] is None
    assert [
        row["check_code"]
        for row in limit["data_quality_results"]
        if (row["status"] == "no_data") != bool(row["missing_feed"])
    ] == []


def test_a_key_given_twice_in_one_file_is_listed_with_its_last_line(
    days: tuple[dict[str, Rows], dict[str, Rows], Path],
) -> None:
    _, after, _ = days
    assert _result(after, "I05") == ("warned", 16, 1)
    (found,) = (r for r in after["data_quality_exceptions"] if r["check_code"] == "I05")
    assert (found["item_type"], found["item_id"]) == ("receipts", "receipts_20260401.csv S")
    assert found["source_line"] == 3


def test_rows_that_come_again_in_a_later_file_of_their_day_are_counted_once(
    days: tuple[dict[str, Rows], dict[str, Rows], Path],
) -> None:
    with closing(duckdb.connect(str(days[2]), read_only=True)) as con:
        found = con.execute(
            "select source_file, row_count, amount from intermediate.int_files_sent_again"
        ).fetchall()
    assert found == [("receipts_20260401.csv", 2, Decimal("7.00"))]


def test_free_text_is_reported_by_feed_and_column_and_identifies_nobody(
    days: tuple[dict[str, Rows], dict[str, Rows], Path],
) -> None:
    _, after, _ = days
    assert _result(after, "I21") == ("warned", 6, 3)
    (found,) = (row for row in after["data_quality_exceptions"] if row["check_code"] == "I21")
    assert (found["item_id"], found["exceptions"]) == ("case_actions.note", 3)
    assert (found["source_file"], found["source_line"]) == (None, None)
    assert "4111" not in str(after["data_quality_exceptions"])


def test_no_other_check_of_the_intake_is_touched_by_them(
    days: tuple[dict[str, Rows], dict[str, Rows], Path],
) -> None:
    _, after, _ = days
    results = [r for r in after["data_quality_results"] if str(r["check_code"]).startswith("I")]
    at_fault = {r["check_code"] for r in results if r["status"] not in {"passed", "no_data"}}
    assert at_fault == {"I05", "I21"}


def test_on_31_march_and_1_april_each_kpi_has_one_row_for_its_days(
    days: tuple[dict[str, Rows], dict[str, Rows], Path],
) -> None:
    for marts in days[:2]:
        keys = [(r["kpi_code"], r["period_start"], r["period_end"]) for r in marts["kpis"]]
        assert len(keys) == len(set(keys))
    kinds = {row["period_kinds"] for row in days[0]["kpis"] if row["kpi_code"] == "write_off_rate"}
    assert "financial_year_to_date,trailing_12_months" in kinds


def test_the_history_has_what_earlier_runs_published_beside_this_one(
    days: tuple[dict[str, Rows], dict[str, Rows], Path],
) -> None:
    _, after, warehouse = days
    with closing(duckdb.connect(str(warehouse))) as con:
        con.execute(
            "insert into raw.published_data_quality select date '2026-03-31', date '2026-03-31', "
            "'I05', 'B', 8, 0, 0, 'passed', 'Income systems officer'"
        )
        again = ModelDays(con, ("data_quality_history",)).on(DAY_AFTER)
    listed = [row for row in again["data_quality_history"] if row["check_code"] == "I05"]
    assert sorted((str(row["as_of_date"]), row["exceptions"]) for row in listed) == [
        ("2026-03-31", 0),
        ("2026-04-01", 1),
    ]
    assert len(again["data_quality_history"]) == len(after["data_quality_results"]) + 1
