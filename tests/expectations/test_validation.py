"""Great Expectations validates the facts, and its verdicts contain no cell of a row."""

import json
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from expectations import expected
from expectations.expected import IDS_ARE_SOUND, Expected, row_count
from expectations.gates import GateError, judge_gates
from expectations.validation import Asked, ExpectationError, validate
from tests.expectations.judging import check, in_sql
from tests.expectations.small_council import CLOSED_MAY, DAY, council

FIRST, SECOND = date(2026, 6, 1), date(2026, 6, 2)
FACTS = pa.table(
    {
        "item_id": ["A", "B", "C", "D", "D", None],
        "expected_pence": pa.array([100, 100, 0, None, -1, None], pa.int64()),
        "actual_pence": pa.array([100, 101, None, None, -2, 1], pa.int64()),
        "requester": ["clerk", "clerk", None, "leader", "", "clerk"],
        "approver": ["leader", "clerk", None, "leader", "", None],
        "required": ["a b", "a b", "a", None, "", "b a"],
        "on_file": ["b a c", "ab", None, "a", None, "a b"],
        "is_due": [True, False, None, True, False, True],
        "due_on": [FIRST, SECOND, None, FIRST, SECOND, FIRST],
        "done_on": [SECOND, FIRST, FIRST, None, SECOND, FIRST],
    }
)
EXPECTATIONS = (
    row_count(6),
    row_count(5),
    *IDS_ARE_SOUND,
    expected.equal("expected_pence", "actual_pence"),
    expected.equal("requester", "approver"),
    expected.at_least("actual_pence", "expected_pence"),
    expected.above("actual_pence", "expected_pence"),
    expected.above("approver", "requester"),
    expected.at_least("done_on", "due_on"),
    expected.above("done_on", "due_on"),
    expected.is_stated("expected_pence"),
    expected.is_stated("approver"),
    expected.is_blank("actual_pence"),
    expected.is_blank("on_file"),
    expected.is_nil("expected_pence"),
    expected.between("actual_pence", 1),
    expected.between("actual_pence", None, 100),
    expected.is_true("is_due"),
    expected.is_false("is_due"),
    expected.all_different("requester", "approver"),
    expected.words_among("required", "on_file"),
    expected.words_apart("required", "on_file"),
    expected.is_not_repeated("requester"),
)


def _asked(rows: pa.Table, *expectations: Expected) -> Asked:
    notes = ({"rule": "A rule."},) * len(expectations)
    return Asked("gate.population", rows, expectations, notes, ("critical",) * len(expectations))


@pytest.mark.parametrize("rows", [6, 1, 0])
def test_the_judge_of_the_other_tests_says_the_same_as_great_expectations(rows: int) -> None:
    asked = _asked(FACTS.slice(0, rows), *EXPECTATIONS)
    (by_library,), (by_sql,) = validate([asked]), in_sql([asked])
    for each, one, other in zip(EXPECTATIONS, by_library.verdicts, by_sql.verdicts, strict=True):
        assert (each.in_words, one.success, one.rows) == (each.in_words, other.success, other.rows)


def test_every_kind_of_expectation_is_broken_by_a_row_here() -> None:
    (judged,) = in_sql([_asked(FACTS, *EXPECTATIONS)])
    assert [each.success for each in judged.verdicts].count(True) == 1


def test_a_suite_says_each_rule_with_its_severity() -> None:
    asked = Asked(
        "gate.population",
        FACTS,
        (expected.is_blank("on_file"), expected.is_stated("on_file")),
        ({"rule": "None is on file."}, {"rule": "Each is on file."}),
        ("critical", "warning"),
    )
    (validated,) = validate([asked])
    (blank, stated) = validated.suite["expectations"]
    assert blank["meta"] == {"rule": "None is on file."}
    assert (blank["severity"], stated["severity"]) == ("critical", "warning")
    assert [verdict.result["severity"] for verdict in validated.verdicts] == ["critical", "warning"]
    assert blank["kwargs"] == {"column": "on_file"}


def test_no_cell_of_a_row_leaves_with_the_verdict() -> None:
    facts = pa.table({"item_id": ["PERSONAL-ID"], "one": [987_654], "other": [123_456]})
    (validated,) = validate([_asked(facts, *IDS_ARE_SOUND, expected.equal("one", "other"))])
    kept = json.dumps([verdict.result for verdict in validated.verdicts])
    assert not validated.verdicts[-1].success
    assert not any(cell in kept for cell in ("PERSONAL-ID", "987654", "123456"))


def test_an_expectation_that_cannot_be_judged_is_an_error() -> None:
    with pytest.raises(ExpectationError, match=r"gate\.population: expect_column_values_to_be_nul"):
        validate([_asked(FACTS, expected.is_blank("no_such_column"))])


def test_every_gate_judged_by_great_expectations(tmp_path: Path) -> None:
    penny = "update marts.open_items set outstanding_amount = 300.01 where item_id = 'A'"
    warehouse = council(tmp_path, CLOSED_MAY, penny)
    gates = judge_gates(warehouse, as_of=DAY, known_at=DAY)
    write_off, reconciliation, recovery = gates
    assert (write_off.name, write_off.failed_checks) == ("write_off", ("W00", "W01"))
    assert reconciliation.failed_checks == ("R01", "R03", "R05", "R07")
    assert recovery.failed_checks == ("C14",)
    evidence = {each["check_code"]: each for each in reconciliation.evidence["checks"]}
    assert evidence["R03"]["exception_ids"] == ["debtor D1"]
    assert [each["expectation"] for each in evidence["R03"]["expectations"] if not each["success"]]
    assert all(not each["expectations"] or each["population"] for each in evidence.values())
    assert json.loads(json.dumps(reconciliation.as_json()))["status"] == "failed"
    assert check(reconciliation, "R02").status == "passed"
    in_tests = judge_gates(warehouse, as_of=DAY, known_at=DAY, validate=in_sql)
    assert [gate.checks for gate in in_tests] == [gate.checks for gate in gates]


def test_every_expectation_of_a_suite_names_its_check_owner_severity_and_policy_row(
    tmp_path: Path,
) -> None:
    gates = judge_gates(council(tmp_path), as_of=DAY, known_at=DAY)
    for gate in gates:
        assert gate.suites
        for suite in gate.suites:
            assert suite["name"].startswith(f"{gate.name}.")
            for each in suite["expectations"]:
                assert all(each["meta"].values()), each
                assert each["severity"] in ("critical", "warning")


def test_a_warehouse_without_marts_is_one_clear_line(tmp_path: Path) -> None:
    warehouse = council(tmp_path, "drop schema marts cascade")
    with pytest.raises(GateError, match="build the models before judging") as caught:
        judge_gates(warehouse, as_of=DAY, known_at=DAY, validate=in_sql)
    assert "\n" not in str(caught.value)


def test_a_warehouse_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="cannot be read") as caught:
        judge_gates(tmp_path / "none.duckdb", as_of=DAY, known_at=DAY, validate=in_sql)
    assert "\n" not in str(caught.value)


def test_judging_changes_nothing_in_the_warehouse(tmp_path: Path) -> None:
    warehouse = council(tmp_path)
    before = warehouse.read_bytes()
    judge_gates(warehouse, as_of=DAY, known_at=DAY, validate=in_sql)
    assert warehouse.read_bytes() == before
    with closing(duckdb.connect(str(warehouse))) as con:
        assert con.execute("select count(*) from raw.invoices").fetchone() == (2,)


def test_great_expectations_is_loaded_only_to_judge() -> None:
    words = "import expectations.gates, sys; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0
