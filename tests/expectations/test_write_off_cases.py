"""The worked examples of write-off, answered by the models and judged again by the gate."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from expectations.gates import judge_gates
from expectations.suites import reconciliation, write_off
from tests.expectations.judging import check, in_sql
from tests.expectations.write_off_cases import WRITE_OFF_CASES
from tests.laws.canonical_files import Delivery
from tests.laws.case_definition import Case, Pack, own_marts, packs, shortcomings
from tests.laws.model_days import marts_of_the_models
from tests.laws.model_marts import Rows

MARTS = (
    "write_off_decisions",
    "write_off_schedule",
    "data_quality_results",
    "suspense",
    "suspense_roll_forward",
    "reconciliation_exceptions",
    "arrangement_compliance",
)
(PACK,) = packs(WRITE_OFF_CASES)


@dataclass(frozen=True)
class Built:
    """Every example in one ledger, built by the models."""

    pack: Pack
    warehouse: Path
    marts: Mapping[str, Rows]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("write_off_cases")
    marts = marts_of_the_models(
        [Delivery(PACK.files, PACK.known_at)],
        as_of=PACK.as_of,
        known_at=PACK.known_at,
        folder=folder,
        marts=MARTS,
    )
    return Built(PACK, folder / "income.duckdb", marts)


@pytest.mark.slow
@pytest.mark.parametrize("case", WRITE_OFF_CASES, ids=lambda case: case.test_id)
def test_write_off_case(case: Case, built: Built) -> None:
    marts = {name: built.marts[name] for name in ("write_off_decisions", "write_off_schedule")}
    assert shortcomings(case, own_marts(case, marts)) == []


@pytest.mark.slow
def test_the_gate_judges_every_request_as_the_models_did(built: Built) -> None:
    gates = {
        gate.name: gate
        for gate in judge_gates(
            built.warehouse,
            as_of=PACK.as_of,
            known_at=PACK.known_at,
            validate=in_sql,
            suites=(write_off, reconciliation),
        )
    }
    scheduled = len(built.marts["write_off_schedule"])
    assert gates["write_off"].status == "passed"
    assert check(gates["write_off"], "W00").population == scheduled > 0
    assert gates["reconciliation"].status == "passed"


@pytest.mark.slow
def test_what_was_refused_is_counted_in_the_quality_results(built: Built) -> None:
    results = {row["check_code"]: row for row in built.marts["data_quality_results"]}
    decided = [
        row
        for row in built.marts["write_off_decisions"]
        if row["decision"] in {"approved", "refused", "posted"}
    ]
    for code in ("W01", "W02", "W03", "W04", "W05", "W06", "W11", "W12", "W15", "W16", "W17"):
        failing = [row for row in decided if code in str(row["failed_checks"]).split(",")]
        assert (results[code]["population"], results[code]["exceptions"]) == (
            len(decided),
            len(failing),
        )
        assert results[code]["exceptions_value"] == sum(row["amount"] for row in failing)
        assert results[code]["status"] == ("warned" if code == "W16" else "failed")
