"""Gates judged without Great Expectations, which takes seconds to load, and what they said."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from expectations.findings import Finding
from expectations.gates import SUITES, judge_gates
from expectations.outcomes import CheckOutcome, GateOutcome, Severity
from expectations.validation import Verdict
from tests.expectations.small_council import DAY


def in_plain_python(
    _: str, findings: Sequence[Finding], __: Mapping[str, Severity]
) -> tuple[Verdict, ...]:
    """What the expectations ask, asked in plain Python (`test_validation` holds them together)."""
    return tuple(Verdict(_holds(finding), ()) for finding in findings)


def _holds(finding: Finding) -> bool:
    ids = finding.table["item_id"].to_pylist()
    return (
        len(ids) == finding.rows_expected
        and None not in ids
        and len(set(ids)) == len(ids)
        and not finding.items_at_fault
    )


def judged(warehouse: Path, *suites: ModuleType) -> Mapping[str, GateOutcome]:
    """Every gate's outcome, or that of some of them, by name."""
    outcomes = judge_gates(
        warehouse, as_of=DAY, known_at=DAY, validate=in_plain_python, suites=suites or SUITES
    )
    return {outcome.name: outcome for outcome in outcomes}


def check(outcome: GateOutcome, code: str) -> CheckOutcome:
    """The outcome of one check of a gate."""
    (found,) = (each for each in outcome.checks if each.check_code == code)
    return found


def failed(warehouse: Path, gate: str, *suites: ModuleType) -> tuple[str, ...]:
    """Codes of the checks of a gate that failed, sorted; the gate must be as they are."""
    outcome = judged(warehouse, *suites)[gate]
    assert outcome.status == ("failed" if outcome.failed_checks else "passed")
    assert bool(outcome.withheld) == bool(outcome.failed_checks)
    return outcome.failed_checks
