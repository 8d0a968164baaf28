"""Great Expectations judges the findings, and lets no cell of a row out with its verdict."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from expectations.findings import FINDING, Finding, Rule, finding_of
from expectations.gates import GateError, judge_gates
from expectations.validation import validate
from tests.expectations.judging import check, in_plain_python
from tests.expectations.small_council import CLOSED_MAY, DAY, council

RULE = Rule("R03", "Balances agree.", ("invoices",), "Without it they would not.")
SOUND = finding_of(RULE, [("D1", 0, False), ("D2", 0, False)], 2)
FINDINGS = {
    "sound": SOUND,
    "a penny": finding_of(RULE, [("D1", 1, True), ("D2", 0, False)], 2),
    "a penny less": finding_of(RULE, [("D1", -1, True), ("D2", 0, False)], 2),
    "a fault worth nothing": finding_of(RULE, [("D1", 0, True), ("D2", 0, False)], 2),
    "every row lost": finding_of(RULE, [], 2),
    "a row lost": finding_of(RULE, [("D1", 0, False)], 2),
    "a row too many": finding_of(RULE, [("D1", 0, False), ("D2", 0, False)], 1),
    "an id twice": finding_of(RULE, [("D1", 0, False), ("D1", 0, False)], 2),
    "a blank id": Finding(
        RULE, pa.table({"item_id": [None], "difference_pence": [0], "fault": [0]}, FINDING), 1
    ),
    "nothing to look at": finding_of(RULE, [], 0),
}
HOLDS = {"sound", "nothing to look at"}


@pytest.mark.parametrize("name", FINDINGS)
def test_only_what_is_sound_and_complete_holds(name: str) -> None:
    (verdict,) = validate("reconciliation", [FINDINGS[name]], {"R03": "B"})
    assert verdict.success == (name in HOLDS)


@pytest.mark.parametrize("name", FINDINGS)
def test_the_plain_judge_of_the_other_tests_says_the_same(name: str) -> None:
    (verdict,) = in_plain_python("reconciliation", [FINDINGS[name]], {"R03": "B"})
    assert verdict.success == (name in HOLDS)


def test_severity_goes_with_every_expectation() -> None:
    blocking, warning = validate("g", [SOUND], {"R03": "B"}) + validate("g", [SOUND], {"R03": "W"})
    assert {result["severity"] for result in blocking.results} == {"critical"}
    assert {result["severity"] for result in warning.results} == {"warning"}


def test_no_cell_of_a_row_leaves_with_the_verdict() -> None:
    finding = finding_of(RULE, [("PERSONAL-ID", 987_654, True)], 1)
    (verdict,) = validate("reconciliation", [finding], {"R03": "B"})
    told = json.dumps(verdict.results)
    assert "PERSONAL-ID" not in told
    assert "987654" not in told


def test_every_gate_judged_by_great_expectations(tmp_path: Path) -> None:
    penny = "update marts.open_items set outstanding_amount = 300.01 where item_id = 'A'"
    write_off, reconciliation, recovery = judge_gates(
        council(tmp_path, CLOSED_MAY, penny), as_of=DAY, known_at=DAY
    )
    assert (write_off.name, write_off.failed_checks) == ("write_off", ("W00", "W01"))
    assert reconciliation.failed_checks == ("R01", "R03", "R05", "R07")
    assert recovery.failed_checks == ("C14",)
    evidence = {each["check_code"]: each for each in reconciliation.evidence["checks"]}
    assert evidence["R03"]["ids_at_fault"] == ["debtor D1"]
    assert [each["expectation"] for each in evidence["R03"]["expectations"] if not each["success"]]
    assert all(not each["expectations"] or each["population"] for each in evidence.values())
    assert json.loads(json.dumps(reconciliation.as_json()))["status"] == "failed"
    assert check(reconciliation, "R02").status == "passed"


def test_a_warehouse_without_marts_is_one_clear_line(tmp_path: Path) -> None:
    warehouse = council(tmp_path, "drop schema marts cascade")
    with pytest.raises(GateError, match="build the models before judging") as caught:
        judge_gates(warehouse, as_of=DAY, known_at=DAY, validate=in_plain_python)
    assert "\n" not in str(caught.value)


def test_a_warehouse_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="cannot be read") as caught:
        judge_gates(tmp_path / "none.duckdb", as_of=DAY, known_at=DAY, validate=in_plain_python)
    assert "\n" not in str(caught.value)


def test_judging_changes_nothing_in_the_warehouse(tmp_path: Path) -> None:
    warehouse = council(tmp_path)
    before = warehouse.read_bytes()
    judge_gates(warehouse, as_of=DAY, known_at=DAY, validate=in_plain_python)
    assert warehouse.read_bytes() == before
    with closing(duckdb.connect(str(warehouse))) as con:
        assert con.execute("select count(*) from raw.invoices").fetchone() == (2,)


def test_great_expectations_is_loaded_only_to_judge() -> None:
    words = "import expectations.gates, sys; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0
