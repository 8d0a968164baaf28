"""Judges gates without Great Expectations, which takes seconds to load, and reads the outcomes."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

import duckdb
import pyarrow as pa

from expectations.expected import FRAME
from expectations.gates import SUITES, judge_gates
from expectations.outcomes import CheckOutcome, GateOutcome
from expectations.populations.dossiers import Dossier
from expectations.populations.population import population_of
from expectations.populations.request_facts import RequestFacts, facts_of
from expectations.populations.write_off_policy import WriteOffPolicy
from expectations.suites import write_off
from expectations.validation import Asked, Validated, Verdict
from tests.expectations.small_council import DAY


def in_sql(asked: Sequence[Asked]) -> list[Validated]:
    """The expectations, judged in SQL; `test_validation` proves that both give the same."""
    con = _engine()
    return [_validated(con, each) for each in asked]


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def _validated(con: duckdb.DuckDBPyConnection, asked: Asked) -> Validated:
    places = pa.array(range(asked.rows.num_rows), pa.int64())
    con.register(FRAME, asked.rows.append_column("place_", places))
    breaches = ", ".join(
        f"list(place_) filter ({each.breach})" for each in asked.expected if each.breach
    )
    row = con.execute(f"select {breaches} from {FRAME}").fetchone()
    listed = iter(row or ())
    verdicts = []
    for each in asked.expected:
        if each.breach:
            rows = frozenset(next(listed) or ())
            verdicts.append(Verdict(not rows, rows))
        else:
            verdicts.append(Verdict(each.arguments["value"] == asked.rows.num_rows))
    con.unregister(FRAME)
    return Validated(tuple(verdicts))


def judged(warehouse: Path, *suites: ModuleType) -> Mapping[str, GateOutcome]:
    """The outcomes of all gates, or of some of them, by name."""
    outcomes = judge_gates(
        warehouse, as_of=DAY, known_at=DAY, validate=in_sql, suites=suites or SUITES
    )
    return {outcome.name: outcome for outcome in outcomes}


def check(outcome: GateOutcome, code: str) -> CheckOutcome:
    """The outcome of one check of a gate."""
    (found,) = (each for each in outcome.checks if each.check_code == code)
    return found


def failed(warehouse: Path, gate: str, *suites: ModuleType) -> tuple[str, ...]:
    """Codes of the checks of a gate that failed, sorted; the gate must be as they are."""
    its_own = [suite for suite in SUITES if gate == suite.NAME]
    outcome = judged(warehouse, *(suites or its_own))[gate]
    assert outcome.status == ("failed" if outcome.failed_checks else "passed")
    assert bool(outcome.withheld) == bool(outcome.failed_checks)
    return outcome.failed_checks


def failed_checks(dossier: Dossier, policy: WriteOffPolicy) -> frozenset[str]:
    """Codes of the checks that a request to write off breaks."""
    rows = population_of("requests", RequestFacts, [facts_of(dossier, policy)], 1).facts
    checks = [each for each in write_off.CHECKS if "requests" in each.expects]
    asked = [(check.check_code, each) for check in checks for each in check.expects["requests"]]
    every = Asked("requests", rows, tuple(each for _, each in asked), (), ())
    (validated,) = in_sql([every])
    pairs = zip(asked, validated.verdicts, strict=True)
    return frozenset(code for (code, _), verdict in pairs if not verdict.success)
