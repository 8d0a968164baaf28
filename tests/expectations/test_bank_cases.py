"""Bank, suspense, transfers and cut-off at their limits, and each told the day after."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pytest

from expectations.gates import judge_gates
from expectations.outcomes import GateOutcome
from expectations.suites import reconciliation
from tests.expectations.bank_cases import DAY_AFTER, DELIVERIES, LIMIT
from tests.expectations.judging import check, in_plain_python
from tests.laws.model_marts import Rows, judge, take_in_all

MARTS = ("movement_proof", "bank_matches", "reconciliation_exceptions", "data_quality_results",
         "write_off_schedule")  # fmt: skip

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
def days(tmp_path_factory: pytest.TempPathFactory) -> tuple[Judged, Judged]:
    """The day on which every limit is just kept, and the day after."""
    warehouse = tmp_path_factory.mktemp("bank_cases") / "income.duckdb"
    take_in_all(warehouse, DELIVERIES)
    judged = []
    for as_of in (LIMIT, DAY_AFTER):
        (marts,) = judge(warehouse, [(as_of, DAY_AFTER)], (*MARTS, "control_reconciliation"))
        (gate,) = judge_gates(
            warehouse,
            as_of=as_of,
            known_at=DAY_AFTER,
            validate=in_plain_python,
            suites=(reconciliation,),
        )
        judged.append(Judged(marts, gate))
    return judged[0], judged[1]


def _kinds(judged: Judged) -> set[tuple[object, object, object]]:
    return {
        (row["bank_transaction_id"], row["receipt_id"], row["match_kind"])
        for row in judged.marts["bank_matches"]
    }


def test_lines_meet_their_receipts_and_no_other(days: tuple[Judged, Judged]) -> None:
    at_limit, after = days
    both_days = {
        ("T1", "P1", "exact"),
        ("T2", "P2", "batch"),
        ("T2", "P3", "batch"),
        ("T3", "P4", "decided"),
        ("T5", "P5", "exact"),
        ("T6", "P6", "exact"),
        ("U5", "P5", "returned"),
    }
    assert _kinds(at_limit) == both_days | {
        ("U6", None, "money_out"), ("Z1", None, "money_out"),
        ("T9", None, "timing"), (None, "P9", "timing"),
    }  # fmt: skip
    assert _kinds(after) == both_days | {
        ("U6", "P6", "returned"), ("Z1", None, "money_out"), ("Z2", None, "money_out"),
        ("T9", None, "unexplained"), (None, "P9", "unexplained"),
    }  # fmt: skip


def test_r06_timing_agrees_and_a_day_later_it_is_the_one_check_that_fails(
    days: tuple[Judged, Judged],
) -> None:
    at_limit, after = days
    assert (at_limit.gate.status, at_limit.gate.failed_checks) == ("passed", ())
    assert check(at_limit.gate, "R06").status == "passed"
    assert (after.gate.status, after.gate.failed_checks) == ("failed", ("R06",))
    r06 = check(after.gate, "R06")
    assert (r06.population, r06.exceptions, r06.exceptions_value) == (19, 2, Decimal("12.00"))


def test_r06_is_itemised_account_by_account(days: tuple[Judged, Judged]) -> None:
    _, after = days
    rows = {
        row["account_code"]: (row["status"], row["difference_amount"])
        for row in after.marts["control_reconciliation"]
        if row["control_code"] == "R06"
    }
    assert rows == {
        "INCOME": ("difference", Decimal("-6.00")),
        "CARE": ("no_data", None),
        None: ("agreed", Decimal("0.00")),
    }
    items = {
        (row["item_type"], row["item_id"]): row["amount"]
        for row in after.marts["reconciliation_exceptions"]
    }
    assert items == {
        ("bank_transaction", "T9"): Decimal("3.00"),
        ("receipt", "P9"): Decimal("-9.00"),
    }


@pytest.mark.parametrize(
    ("code", "at_limit", "after"),
    [
        ("R06", ("passed", 19, 0, "0.00"), ("failed", 19, 2, "12.00")),
        ("R08", ("no_data", 0, 0, "0.00"), ("no_data", 0, 0, "0.00")),
        ("R09", ("no_data", 0, 0, "0.00"), ("no_data", 0, 0, "0.00")),
        ("R10", ("passed", 1, 0, "0.00"), ("warned", 2, 1, "70.00")),
        ("R11", ("passed", 1, 0, "0.00"), ("warned", 1, 1, "15.00")),
        ("R12", ("passed", 1, 0, "0.00"), ("warned", 1, 1, "1.00")),
        ("R14", ("passed", 1, 0, "0.00"), ("warned", 2, 1, "20.00")),
    ],
)
def test_a_check_passes_at_its_limit_and_tells_the_day_after(
    days: tuple[Judged, Judged],
    code: str,
    at_limit: tuple[object, ...],
    after: tuple[object, ...],
) -> None:
    for judged, told in zip(days, (at_limit, after), strict=True):
        assert judged.counted(code) == (*told[:-1], Decimal(str(told[-1])))
