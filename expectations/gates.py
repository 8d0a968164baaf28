"""Whether the outputs behind each gate may be released.

The order of a judgement: which rows stand, what feeds there are, what each rule finds, what the
expectations make of it, which override stands over it. Empty and stale input fails; absent input is
`no_data`, and fails only where policy requires the control.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb

from expectations.findings import Finding, Rule
from expectations.inbound_ledger import write_inbound_receipts
from expectations.outcomes import CheckOutcome, CheckStatus, GateOutcome, GateStatus, Severity
from expectations.overrides import Overrides, overrides_in_force
from expectations.policy import Cells, PolicyTable, load_policy
from expectations.standing import Position, stand
from expectations.suites import reconciliation, recovery, write_off
from expectations.supply import Supply, supply_of
from expectations.validation import Verdict, validate

SUITES: tuple[ModuleType, ...] = (write_off, reconciliation, recovery)
MOST_IDS_IN_EVIDENCE = 1000

Validate = Callable[[str, Sequence[Finding], Mapping[str, Severity]], tuple[Verdict, ...]]


class GateError(Exception):
    """A gate cannot be judged; its text is one line with the mend."""


@dataclass(frozen=True)
class _Bench:
    """What every gate is judged with."""

    con: duckdb.DuckDBPyConnection
    position: Position
    check_codes: PolicyTable
    supply: Supply
    overrides: Overrides
    validate: Validate

    def policy_of(self, rule: Rule) -> Cells:
        return self.check_codes.row(self.position.as_of, rule.check_code)

    def awaited_by(self, rule: Rule) -> str:
        """What a rule waits for that is no feed; a council's own row may be silent about it."""
        rows = self.check_codes.groups.get((rule.check_code,), ())
        return next((row["missing_feed"] for row in reversed(rows) if row.get("missing_feed")), "")

    def severity_of(self, rule: Rule) -> Severity:
        """A check that policy does not know blocks."""
        return "W" if self.policy_of(rule).get("severity", "B") == "W" else "B"


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
        as_of: The day looked at.
        known_at: The day up to which everything known is reckoned with.
        validate: What makes verdicts of findings; Great Expectations by default.
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
    stand(con, position)
    write_inbound_receipts(con)
    feeds = {
        feed
        for suite in suites
        for feed in (
            *suite.INPUT_FEEDS,
            *(feed for rule in suite.RULES for feed in (*rule.feeds, *rule.any_of)),
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
    if not has_input and not suite.IS_ASKED_WITHOUT_INPUT:
        checks = tuple(_check_without_data(suite.NAME, rule, bench) for rule in suite.RULES)
        return _outcome_of(suite, checks, {"checks": []}, has_input=False)
    suite.prepare(bench.con)
    findings: tuple[Finding, ...] = suite.find(bench.con, bench.position)
    severities = {finding.rule.check_code: bench.severity_of(finding.rule) for finding in findings}
    verdicts = bench.validate(suite.NAME, findings, severities)
    checks = tuple(
        _check(suite.NAME, finding, verdict, bench)
        for finding, verdict in zip(findings, verdicts, strict=True)
    )
    evidence = [_evidence(*each) for each in zip(findings, verdicts, checks, strict=True)]
    return _outcome_of(suite, checks, {"checks": evidence}, has_input=has_input)


def _outcome_of(
    suite: ModuleType,
    checks: tuple[CheckOutcome, ...],
    evidence: dict[str, object],
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
    )


def _has_input(suite: ModuleType, bench: _Bench) -> bool:
    """Whether any row of the gate's input stands on the day looked at.

    Without it the gate is `no_data` and publishes nothing; but a control that policy requires, and
    in a suite that asks of other rows than its input any rule, fails it all the same.
    """
    return any(
        bench.con.execute(f"select 1 from standing_{feed} limit 1").fetchone()
        for feed in suite.INPUT_FEEDS
    )


def _check_without_data(gate: str, rule: Rule, bench: _Bench) -> CheckOutcome:
    is_required = rule.check_code in bench.supply.required_controls
    awaited = bench.awaited_by(rule)
    reason = f"waits for {awaited}" if awaited else "no row of its feeds is known"
    reason += ", though policy requires it" if is_required else ""
    return _outcome(gate, rule, bench, "failed" if is_required else "no_data", reason)


def _check(gate: str, finding: Finding, verdict: Verdict, bench: _Bench) -> CheckOutcome:
    rule = finding.rule
    against = bench.supply.reasons_against(rule.feeds)
    if against:
        return _overridable(_outcome(gate, rule, bench, "failed", "; ".join(against)), bench)
    # Nothing to look at is in order where the feeds are there, but for a check that waits for
    # something else than a feed.
    lacks = bench.supply.lacks(rule.feeds, rule.any_of)
    if lacks or (not finding.population and bench.awaited_by(rule)):
        return _overridable(_check_without_data(gate, rule, bench), bench)
    failure: CheckStatus = "failed" if bench.severity_of(rule) == "B" else "warned"
    success: CheckStatus = "warned" if finding.doubts else "passed"
    status: CheckStatus = success if verdict.success else failure
    return _overridable(_outcome(gate, rule, bench, status, "", finding), bench)


def _outcome(
    gate: str,
    rule: Rule,
    bench: _Bench,
    status: CheckStatus,
    reason: str,
    finding: Finding | None = None,
) -> CheckOutcome:
    policy = bench.policy_of(rule)
    items, value = _told(finding, status) if finding else (0, Decimal(0))
    return CheckOutcome(
        rule.check_code,
        f"{rule.words} ({reason})" if reason else rule.words,
        bench.severity_of(rule),
        finding.population if finding else 0,
        items,
        value,
        status,
        policy.get("owner", ""),
        gate,
    )


def _told(finding: Finding, status: CheckStatus) -> tuple[int, Decimal]:
    """How many items an outcome tells, and pounds at stake: those at fault, else those in doubt."""
    at_fault = finding.items_at_fault
    if at_fault or status != "warned":
        return len(at_fault), finding.value_at_fault
    return len(finding.doubts), Decimal(finding.doubts_pence) / 100


def _overridable(outcome: CheckOutcome, bench: _Bench) -> CheckOutcome:
    """A failure with an override in force over it is a warning that names the override."""
    override = bench.overrides.over(outcome.gate, outcome.check_code)
    if outcome.status != "failed" or override is None:
        return outcome
    return replace(outcome, status="warned", override=override)


def _evidence(finding: Finding, verdict: Verdict, outcome: CheckOutcome) -> dict[str, Any]:
    at_fault = finding.items_at_fault
    return {
        "check_code": outcome.check_code,
        "rule": finding.rule.words,
        "rests_on": finding.rule.rests_on,
        "feeds": list(finding.rule.feeds),
        "status": outcome.status,
        "overridden_by": outcome.overridden_by,
        "population": outcome.population,
        "ids_at_fault": list(at_fault[:MOST_IDS_IN_EVIDENCE]),
        "ids_in_doubt": list(finding.doubts[:MOST_IDS_IN_EVIDENCE]),
        "ids_left_off": max(len(at_fault) - MOST_IDS_IN_EVIDENCE, 0),
        "expectations": [dict(result) for result in verdict.results],
    }
