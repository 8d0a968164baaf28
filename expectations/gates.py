"""Decides whether the outputs behind each gate may be released.

A gate is judged in this order: select the current rows, assess the feeds, collect the facts of each
item, validate them with Great Expectations, apply the overrides in force. Empty or stale input
fails. Absent input gives `no_data`, and fails only where policy requires the control.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb

from expectations.check_results import Answer, CheckResult, result_of
from expectations.current_rows import Position, make_current_tables
from expectations.expected import IDS_ARE_SOUND, Check, Expected, row_count
from expectations.outcomes import CheckOutcome, CheckStatus, GateOutcome, GateStatus, Severity
from expectations.overrides import Overrides, overrides_in_force
from expectations.policy import Cells, PolicyTable, load_policy
from expectations.populations.inbound_ledger import write_inbound_receipts
from expectations.populations.population import Population
from expectations.suites import reconciliation, recovery, write_off
from expectations.supply import Supply, supply_of
from expectations.validation import Asked, Validate, validate

SUITES: tuple[ModuleType, ...] = (write_off, reconciliation, recovery)
MOST_IDS_IN_EVIDENCE = 1000

Breaking = Callable[[Population], Mapping[str, frozenset[str]]]
"""By check code, the items of a population that break the check."""


class GateError(Exception):
    """A gate cannot be judged; the message is one line that says what to do."""


@dataclass(frozen=True)
class _Bench:
    """What the judgement of every gate needs."""

    con: duckdb.DuckDBPyConnection
    position: Position
    check_codes: PolicyTable
    supply: Supply
    overrides: Overrides
    validate: Validate

    def policy_of(self, check: Check) -> Cells:
        return self.check_codes.row(self.position.as_of, check.check_code)

    def missing_feed_of(self, check: Check) -> str:
        """What a check needs besides its feeds, by its latest policy row that names something."""
        rows = self.check_codes.groups.get((check.check_code,), ())
        return next((row["missing_feed"] for row in reversed(rows) if row.get("missing_feed")), "")

    def severity_of(self, check: Check) -> Severity:
        """The severity of a check; one that policy does not list blocks."""
        return "W" if self.policy_of(check).get("severity", "B") == "W" else "B"


@dataclass
class _Session:
    """The validated populations of one gate, in order."""

    suite: ModuleType
    bench: _Bench
    answers: list[Answer] = field(default_factory=list)

    def breaking(self, population: Population) -> Mapping[str, frozenset[str]]:
        """Has one population judged; by check code, the items that break the check."""
        (answer,) = self.judge([population])
        checks = [each for each in self.suite.CHECKS if population.name in each.expects]
        return {
            each.check_code: frozenset(item for item, _ in answer.breaking(each)) for each in checks
        }

    def judge(self, populations: Sequence[Population]) -> list[Answer]:
        """Has populations judged."""
        asked = [_expected_of(self.suite, each, self.bench) for each in populations]
        verdicts = self.bench.validate([each for each, _ in asked])
        answers = [
            Answer(population, each.expected, codes, validated)
            for population, (each, codes), validated in zip(
                populations, asked, verdicts, strict=True
            )
        ]
        self.answers += answers
        return answers


def _expected_of(
    suite: ModuleType, population: Population, bench: _Bench
) -> tuple[Asked, tuple[frozenset[str], ...]]:
    """The expectations on a population, and the checks that each of them belongs to."""
    checks = [check for check in suite.CHECKS if population.name in check.expects]
    rows = row_count(population.rows_expected - population.rows_not_shown)
    asked: list[tuple[Expected, list[Check]]] = [(each, checks) for each in (rows, *IDS_ARE_SOUND)]
    for check in checks:
        for expected in check.expects[population.name]:
            of_others = next((others for each, others in asked if each == expected), None)
            if of_others is None:
                asked.append((expected, [check]))
            else:
                of_others.append(check)
    return Asked(
        f"{suite.NAME}.{population.name}",
        population.facts,
        tuple(expected for expected, _ in asked),
        tuple(_notes(expected, of_checks, bench) for expected, of_checks in asked),
        tuple(_severity(expected, of_checks, bench) for expected, of_checks in asked),
    ), tuple(frozenset(check.check_code for check in of_checks) for _, of_checks in asked)


def _notes(expected: Expected, checks: Sequence[Check], bench: _Bench) -> Mapping[str, str]:
    """The notes on an expectation; where several checks share it, each note once."""
    policy = [bench.policy_of(check) for check in checks]
    return {
        "check_code": _each_once(check.check_code for check in checks),
        "rule": checks[0].words if len(checks) == 1 else expected.in_words,
        "owner": _each_once(row.get("owner", "") for row in policy),
        "severity": _each_once(bench.severity_of(check) for check in checks),
        "policy_row": _each_once(row.get("policy_row", "") for row in policy),
    }


def _each_once(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def _severity(expected: Expected, checks: Sequence[Check], bench: _Bench) -> str:
    blocks = any(bench.severity_of(check) == "B" for check in checks)
    return "critical" if blocks and not expected.is_warning else "warning"


def judge_gates(
    warehouse: Path,
    *,
    as_of: date,
    known_at: date,
    validate: Validate = validate,
    suites: Sequence[ModuleType] = SUITES,
) -> tuple[GateOutcome, ...]:
    """Judge every gate from the inbound rows and the marts of one warehouse.

    Args:
        warehouse: The DuckDB file, with its marts built for this very position; read only.
        as_of: The day of the run.
        known_at: The day up to which known rows count.
        validate: The function that validates populations; Great Expectations by default.
        suites: The gates.

    Raises:
        GateError: The warehouse cannot be read, or a table the gates need is not in it.
    """
    position = Position(as_of, known_at)
    try:
        with closing(duckdb.connect(str(warehouse), read_only=True)) as con:
            return tuple(_judged(con, position, validate, suites))
    except duckdb.CatalogException as error:
        reason = str(error).splitlines()[0]
        raise GateError(f"{warehouse}: {reason}; build the models before judging") from error
    except duckdb.IOException as error:
        reason = str(error).splitlines()[0]
        raise GateError(f"{warehouse}: the warehouse cannot be read: {reason}") from error


def _judged(
    con: duckdb.DuckDBPyConnection,
    position: Position,
    validate: Validate,
    suites: Sequence[ModuleType],
) -> Iterator[GateOutcome]:
    make_current_tables(con, position)
    write_inbound_receipts(con)
    feeds = {
        feed
        for suite in suites
        for feed in (
            *suite.INPUT_FEEDS,
            *(feed for check in suite.CHECKS for feed in (*check.feeds, *check.any_of)),
        )
    }
    masked_words = load_policy(con, "masked_words", position.known_at)
    bench = _Bench(
        con,
        position,
        load_policy(con, "check_codes", position.known_at),
        supply_of(con, position, feeds),
        overrides_in_force(
            con, position, (row["key"] for row in masked_words.in_force(position.as_of))
        ),
        validate,
    )
    for suite in suites:
        yield _gate(suite, bench)


def _gate(suite: ModuleType, bench: _Bench) -> GateOutcome:
    has_input = _has_input(suite, bench)
    if not has_input and not suite.IS_JUDGED_WITHOUT_INPUT:
        checks = tuple(_check_without_data(suite.NAME, check, bench) for check in suite.CHECKS)
        return _outcome_of(suite, checks, {"checks": []}, (), has_input=False)
    session = _Session(suite, bench)
    suite.prepare(bench.con)
    populations = suite.populations(bench.con, bench.position, session.breaking)
    decisive = tuple(session.answers)
    answers = session.judge(populations)
    results = [result_of(check, answers, decisive) for check in suite.CHECKS]
    checks = tuple(_check(suite.NAME, result, bench) for result in results)
    evidence = {
        "decisive": [_decisive(answer) for answer in decisive],
        "checks": [_evidence(*each) for each in zip(results, checks, strict=True)],
    }
    suites = tuple(answer.validated.suite for answer in session.answers)
    return _outcome_of(suite, checks, evidence, suites, has_input=has_input)


def _outcome_of(
    suite: ModuleType,
    checks: tuple[CheckOutcome, ...],
    evidence: Mapping[str, object],
    suites: tuple[Mapping[str, Any], ...],
    *,
    has_input: bool,
) -> GateOutcome:
    failed = any(check.status == "failed" for check in checks)
    status: GateStatus = "failed" if failed else "passed" if has_input else "no_data"
    return GateOutcome(
        suite.NAME,
        status,
        checks,
        () if status == "passed" else suite.WITHHELD,
        evidence,
        suites,
    )


def _has_input(suite: ModuleType, bench: _Bench) -> bool:
    """Whether any row of the gate's input is current on the day.

    If none is, the gate is `no_data` and publishes nothing. A control that policy requires still
    fails, and so does a failed check of a suite that also checks other rows.
    """
    return any(
        bench.con.execute(f"select 1 from current_{feed} limit 1").fetchone()
        for feed in suite.INPUT_FEEDS
    )


def _check_without_data(gate: str, check: Check, bench: _Bench) -> CheckOutcome:
    is_required = check.check_code in bench.supply.required_controls
    missing = bench.missing_feed_of(check)
    reason = f"waits for {missing}" if missing else "no row of its feeds is known"
    reason += ", though policy requires it" if is_required else ""
    return _outcome(gate, check, bench, "failed" if is_required else "no_data", reason)


def _check(gate: str, result: CheckResult, bench: _Bench) -> CheckOutcome:
    check = result.check
    against = bench.supply.reasons_against(check.feeds)
    if against:
        return _overridable(_outcome(gate, check, bench, "failed", "; ".join(against)), bench)
    # An empty population passes where the feeds are there, except for a check that needs
    # something else than a feed.
    lacks = bench.supply.lacks(check.feeds, check.any_of)
    if lacks or (not result.population and bench.missing_feed_of(check)):
        return _overridable(_check_without_data(gate, check, bench), bench)
    failure: CheckStatus = "failed" if bench.severity_of(check) == "B" else "warned"
    success: CheckStatus = "warned" if result.unexplained else "passed"
    status: CheckStatus = success if result.holds else failure
    return _overridable(_outcome(gate, check, bench, status, "", result), bench)


def _outcome(
    gate: str,
    check: Check,
    bench: _Bench,
    status: CheckStatus,
    reason: str,
    result: CheckResult | None = None,
) -> CheckOutcome:
    exceptions, value = result.counted(status) if result else (0, Decimal(0))
    return CheckOutcome(
        check.check_code,
        f"{check.words} ({reason})" if reason else check.words,
        bench.severity_of(check),
        result.population if result else 0,
        exceptions,
        value,
        status,
        bench.policy_of(check).get("owner", ""),
        gate,
    )


def _overridable(outcome: CheckOutcome, bench: _Bench) -> CheckOutcome:
    """A failure with an override in force becomes a warning that names the override."""
    override = bench.overrides.over(outcome.gate, outcome.check_code)
    if outcome.status != "failed" or override is None:
        return outcome
    return replace(outcome, status="warned", override=override)


def _evidence(result: CheckResult, outcome: CheckOutcome) -> dict[str, Any]:
    return {
        "check_code": outcome.check_code,
        "rule": result.check.words,
        "why": result.check.why,
        "feeds": list(result.check.feeds),
        "status": outcome.status,
        "overridden_by": outcome.overridden_by,
        "population": outcome.population,
        "exception_ids": list(result.items[:MOST_IDS_IN_EVIDENCE]),
        "unexplained_ids": list(result.unexplained[:MOST_IDS_IN_EVIDENCE]),
        "ids_left_off": max(result.exceptions - MOST_IDS_IN_EVIDENCE, 0),
        "expectations": [dict(each) for each in result.results],
    }


def _decisive(answer: Answer) -> dict[str, Any]:
    """Populations that decide which items a later one must hold; a failure here fails no gate."""
    return {
        "population": answer.population.name,
        "rows": answer.population.rows_stated,
        "expectations": [dict(each.result) for each in answer.validated.verdicts if each.result],
    }
