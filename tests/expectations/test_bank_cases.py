"""Bank, suspense, transfers and cut-off at their limits, and what is reported the day after."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.gates import judge_gates
from expectations.outcomes import GateOutcome
from expectations.suites import reconciliation
from ingestion.intake.warehouse import open_warehouse
from tests.expectations.bank_cases import DAY_AFTER, DELIVERIES, FAULTS, LIMIT, PUT_RIGHT
from tests.expectations.judging import check, in_sql
from tests.laws.model_days import ModelDays
from tests.laws.model_marts import Rows, take_in_all

MARTS = ("movement_proof", "suspense_roll_forward", "bank_matches", "reconciliation_exceptions",
         "data_quality_results", "write_off_schedule")  # fmt: skip

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Judged:
    """The marts of one day and the gate on them."""

    marts: Mapping[str, Rows]
    gate: GateOutcome

    def counted(self, code: str) -> tuple[object, ...]:
        """Status, population, exceptions and their value in pounds of a check."""
        (row,) = (r for r in self.marts["data_quality_results"] if r["check_code"] == code)
        return row["status"], row["population"], row["exceptions"], row["exceptions_value"]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with every delivery taken in."""
    warehouse = tmp_path_factory.mktemp("bank_cases") / "income.duckdb"
    take_in_all(warehouse, DELIVERIES)
    return warehouse


@pytest.fixture(scope="module")
def days(warehouse: Path) -> tuple[Judged, Judged, Judged]:
    """The day when every limit is just met, the day after, and that day with the penny fixed."""
    judged = []
    for as_of, known_at in ((LIMIT, DAY_AFTER), (DAY_AFTER, DAY_AFTER), (DAY_AFTER, PUT_RIGHT)):
        with closing(open_warehouse(warehouse)) as connection:
            models = ModelDays(connection, (*MARTS, "control_reconciliation"))
            marts = models.on(as_of, known_at)
        (gate,) = judge_gates(
            warehouse,
            as_of=as_of,
            known_at=known_at,
            validate=in_sql,
            suites=(reconciliation,),
        )
        judged.append(Judged(marts, gate))
    return judged[0], judged[1], judged[2]


@pytest.fixture(scope="module")
def faulty(warehouse: Path, days: tuple[Judged, Judged, Judged]) -> Mapping[str, Rows]:
    """The results of the day of limits as known when one of them was passed, by its check."""
    assert days
    with closing(open_warehouse(warehouse)) as connection:
        models = ModelDays(connection, ("data_quality_results",))
        return {
            code: models.on(LIMIT, known_at)["data_quality_results"]
            for code, (known_at, _) in FAULTS.items()
        }


Days = tuple[Judged, Judged, Judged]


def _kinds(judged: Judged) -> set[tuple[object, object, object]]:
    return {
        (row["bank_transaction_id"], row["receipt_id"], row["match_kind"])
        for row in judged.marts["bank_matches"]
    }


def _accounts(judged: Judged) -> dict[object, tuple[object, ...]]:
    """R06 for each account: status, difference, unexplained items, other income."""
    return {
        row["account_code"]: (
            row["status"],
            row["difference_amount"],
            row["unexplained_count"],
            row["other_income_count"],
            row["other_income_amount"],
        )
        for row in judged.marts["control_reconciliation"]
        if row["control_code"] == "R06"
    }


def _items(judged: Judged) -> dict[tuple[object, object], object]:
    return {
        (row["item_type"], row["item_id"]): row["amount"]
        for row in judged.marts["reconciliation_exceptions"]
    }


def _of_gate(judged: Judged) -> tuple[object, ...]:
    """The gate's verdict on R06, in the words of the mart of results."""
    r06 = check(judged.gate, "R06")
    return r06.status, r06.population, r06.exceptions, r06.exceptions_value


def test_lines_meet_their_receipts_and_no_other(days: Days) -> None:
    at_limit, after, put_right = days
    every_day = {
        ("T1", "P1", "exact"),
        ("T2", "P2", "batch"),
        ("T2", "P3", "batch"),
        ("T3", "P4", "decided"),
        ("T11", "HERS", "decided"),
        ("T11", "HIS", "decided"),
        ("T5", "P5", "exact"),
        ("T6", "P6", "exact"),
        ("U5", "P5", "returned"),
        ("T4", "AGAIN", "exact"),
        ("T8", "MOVED", "exact"),
        ("T7", "PART", "exact"),
        ("Z1", None, "money_out"),
    }
    assert _kinds(at_limit) == every_day | {
        ("U6", None, "money_out"),
        ("T9", None, "timing"), ("T10", None, "timing"), (None, "P9", "timing"),
    }  # fmt: skip
    later = every_day | {
        ("U6", "P6", "returned"), ("Z2", None, "money_out"),
        ("T9", None, "unexplained"), ("T10", None, "other_income"), (None, "P9", "unexplained"),
    }  # fmt: skip
    assert _kinds(after) == later
    assert _kinds(put_right) - later == {("T9", "P9", "proposed")}


def test_a_receipt_misposted_in_full_and_its_reversal_are_not_waited_for(days: Days) -> None:
    for judged in days:
        listed = {row["receipt_id"] for row in judged.marts["bank_matches"]}
        assert listed.isdisjoint({"GONE", "TWICE", "WRONG"})


def test_a_receipt_misposted_in_part_counts_with_the_rest(days: Days) -> None:
    for judged in days:
        (row,) = (r for r in judged.marts["bank_matches"] if r["receipt_id"] == "PART")
        assert (row["bank_transaction_id"], row["receipt_amount"]) == ("T7", Decimal("40.00"))


def test_r06_timing_agrees_and_a_penny_without_it_is_the_one_check_that_fails(days: Days) -> None:
    at_limit, after, _ = days
    assert (at_limit.gate.status, at_limit.gate.failed_checks) == ("passed", ())
    assert (after.gate.status, after.gate.failed_checks) == ("failed", ("R06",))
    assert _of_gate(at_limit) == ("passed", 33, 0, Decimal(0))
    assert _of_gate(after) == ("failed", 33, 2, Decimal("17.99"))


def test_r06_warns_of_what_nobody_explains_where_totals_agree(days: Days) -> None:
    *_, put_right = days
    assert (put_right.gate.status, put_right.gate.withheld) == ("passed", ())
    assert _of_gate(put_right) == ("warned", 33, 2, Decimal("18.00"))
    assert put_right.counted("R06") == ("warned", 33, 2, Decimal("18.00"))
    assert _accounts(put_right)["INCOME"][:3] == ("agreed", Decimal("0.00"), 2)


def test_r06_is_itemised_account_by_account(days: Days) -> None:
    _, after, put_right = days
    rates = (1, Decimal("250.00"))
    assert _accounts(after) == {
        "INCOME": ("difference", Decimal("-0.01"), 2, *rates),
        "CARE": ("no_data", None, None, None, None),
        None: ("agreed", Decimal("0.00"), None, None, None),
    }
    assert _items(after) == {
        ("bank_transaction", "T9"): Decimal("8.99"),
        ("receipt", "P9"): Decimal("-9.00"),
    }
    assert _items(put_right) == {}


def test_other_income_of_an_account_is_left_out_of_both_sides(days: Days) -> None:
    _, after, _ = days
    (row,) = (r for r in after.marts["control_reconciliation"] if r["account_code"] == "INCOME")
    assert (row["actual_amount"], row["expected_amount"]) == (Decimal("473.99"), Decimal("474.00"))
    assert "without other income of 250.00 (lines: 1)" in str(row["explanation"])


@pytest.mark.parametrize(
    ("code", "at_limit", "after"),
    [
        ("R06", ("passed", 33, 0, "0.00"), ("failed", 33, 2, "17.99")),
        ("R08", ("no_data", 0, 0, "0.00"), ("no_data", 0, 0, "0.00")),
        ("R09", ("no_data", 0, 0, "0.00"), ("no_data", 0, 0, "0.00")),
        ("R10", ("passed", 1, 0, "0.00"), ("warned", 2, 1, "70.00")),
        ("R11", ("passed", 1, 0, "0.00"), ("warned", 1, 1, "15.00")),
        ("R12", ("passed", 1, 0, "0.00"), ("warned", 1, 1, "1.00")),
        ("R14", ("passed", 1, 0, "0.00"), ("warned", 2, 1, "20.00")),
    ],
)
def test_a_check_passes_at_its_limit_and_tells_the_day_after(
    days: Days,
    code: str,
    at_limit: tuple[object, ...],
    after: tuple[object, ...],
) -> None:
    for judged, expected in zip(days[:2], (at_limit, after), strict=True):
        assert judged.counted(code) == (*expected[:-1], Decimal(str(expected[-1])))


@pytest.mark.parametrize("code", FAULTS)
def test_of_the_checks_of_the_day_exactly_one_tells_a_limit_that_is_passed(
    days: Days, faulty: Mapping[str, Rows], code: str
) -> None:
    at_limit, *_ = days
    before = {row["check_code"]: row["status"] for row in at_limit.marts["data_quality_results"]}
    after = {row["check_code"]: row["status"] for row in faulty[code]}
    assert {each for each in after if after[each] != before[each]} == {code}
    assert (before[code], after[code]) == ("passed", "warned")


def test_suspense_rolls_forward_to_its_items(days: Days) -> None:
    for judged in days:
        rolled = judged.marts["suspense_roll_forward"]
        assert [row["difference"] for row in rolled] == [Decimal(0)] * len(rolled)
        assert rolled[-1]["closing_balance"] == Decimal("15.00")
