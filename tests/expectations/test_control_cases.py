"""The worked examples of reconciliation, answered by the models and judged by the gate."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations.gates import judge_gates
from expectations.outcomes import GateOutcome
from expectations.suites import reconciliation
from tests.expectations.control_cases import AS_OF, DELIVERIES
from tests.expectations.judging import check
from tests.laws.model_days import marts_of_the_models
from tests.laws.model_marts import Rows

MARTS = ("movement_proof", "suspense_roll_forward", "control_reconciliation",
         "reconciliation_exceptions", "suspense", "data_quality_results",
         "write_off_schedule")  # fmt: skip


@dataclass(frozen=True)
class Built:
    """The ledger of the examples as the models build it, and the gate on it."""

    warehouse: Path
    marts: Mapping[str, Rows]
    gate: GateOutcome


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("control_cases")
    marts = marts_of_the_models(DELIVERIES, as_of=AS_OF, known_at=AS_OF, folder=folder, marts=MARTS)
    warehouse = folder / "income.duckdb"
    (gate,) = judge_gates(warehouse, as_of=AS_OF, known_at=AS_OF, suites=(reconciliation,))
    return Built(warehouse, marts, gate)


def _account(built: Built, code: str) -> Mapping[str, object]:
    (row,) = (
        row
        for row in built.marts["control_reconciliation"]
        if (row["control_code"], row["account_code"]) == ("R04", code)
    )
    return row


pytestmark = pytest.mark.slow


def test_p1_movements_are_cut_off_by_their_effective_date(built: Built) -> None:
    months = {
        str(row["period_start"]): (row["opening_balance"], row["invoices"], row["closing_balance"],
                                   row["difference"])
        for row in built.marts["movement_proof"]
        if row["debt_type"] == "commercial_rent"
    }  # fmt: skip
    assert months == {
        "2026-05-01": (Decimal("0.00"), Decimal("10.00"), Decimal("10.00"), Decimal("0.00")),
        "2026-06-01": (Decimal("10.00"), Decimal("60.00"), Decimal("70.00"), Decimal("0.00")),
    }


def test_p3_an_account_that_agrees(built: Built) -> None:
    for code, pounds in (("1210", "70.00"), ("1220", "150.00")):
        row = _account(built, code)
        assert (row["status"], row["expected_amount"]) == ("agreed", Decimal(pounds))
        assert row["difference_amount"] == Decimal("0.00")


def test_p4_an_account_that_differs_is_withheld(built: Built) -> None:
    row = _account(built, "1200")
    assert (row["status"], row["difference_amount"]) == ("difference", Decimal("10.00"))
    assert built.gate.status == "failed"
    assert built.gate.failed_checks == ("R04",)
    assert built.gate.withheld == ("movement_proof", "control_reconciliation")
    assert check(built.gate, "R04").exceptions_value == Decimal("10.00")


def test_p4_the_difference_is_itemised_to_the_penny(built: Built) -> None:
    items = {
        (row["item_type"], row["item_id"]): row["amount"]
        for row in built.marts["reconciliation_exceptions"]
    }
    assert items == {
        ("receipt", "P"): Decimal("4.00"),
        ("unexplained", "unexplained"): Decimal("6.00"),
    }


def test_p4_the_quality_results_say_so(built: Built) -> None:
    (r04,) = (row for row in built.marts["data_quality_results"] if row["check_code"] == "R04")
    assert (r04["status"], r04["population"], r04["exceptions"]) == ("failed", 3, 1)
    assert r04["exceptions_value"] == Decimal("10.00")


def test_without_a_bank_statement_r06_says_so_and_fails_nothing(built: Built) -> None:
    (r06,) = (row for row in built.marts["control_reconciliation"] if row["control_code"] == "R06")
    assert (r06["status"], r06["account_code"], r06["difference_amount"]) == ("no_data", None, None)
    assert check(built.gate, "R06").status == "no_data"


def test_every_check_of_policy_has_one_line_in_the_quality_results(built: Built) -> None:
    with closing(duckdb.connect(str(built.warehouse), read_only=True)) as con:
        rows = con.execute("select check_code from policy.check_codes order by 1").fetchall()
    listed = [row["check_code"] for row in built.marts["data_quality_results"]]
    assert sorted(listed) == [code for (code,) in rows]
