"""The outcome of a gate and of its checks, and their JSON for auditors.

This module defines the outcomes only: it knows no rule, no database and no validation library.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Severity = Literal["B", "W"]
CheckStatus = Literal["passed", "failed", "warned", "no_data"]
GateStatus = Literal["passed", "failed", "no_data"]


@dataclass(frozen=True, slots=True)
class Override:
    """A row of `gate_overrides` that overrides a failed check.

    Attributes:
        override_id: Its number.
        reason: Why the output may be released despite the failure, masked like other free text.
        approved_by: Id of the officer who approved it.
        approved_on: Day from which it is in force.
        expires_on: Last day on which it is in force.
    """

    override_id: str
    reason: str
    approved_by: str
    approved_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """The outcome of one check of a gate.

    Attributes:
        check_code: Code of the check, as in policy `check_codes`.
        description: The rule in plain words, and the reason if it could not be checked.
        severity: B blocks the gate's outputs, W warns.
        population: Number of items checked.
        exceptions: Number of items that break the rule; if none does, number of unexplained items.
        exceptions_value: Pounds at stake in them.
        status: The result. It is `warned` also where an override is in force over a failure, or
            where no item breaks the rule and something is unexplained.
        owner: Role responsible for the check.
        gate: Gate that the check belongs to.
        override: The override in force over its failure, if there is one.
    """

    check_code: str
    description: str
    severity: Severity
    population: int
    exceptions: int
    exceptions_value: Decimal
    status: CheckStatus
    owner: str
    gate: str
    override: Override | None = None

    @property
    def overridden_by(self) -> str:
        """Id of the override; blank without one."""
        return self.override.override_id if self.override else ""

    def as_json(self) -> dict[str, Any]:
        """The outcome as JSON; pounds as text with two decimals, days as `YYYY-MM-DD`."""
        told = {
            **asdict(self),
            "exceptions_value": f"{self.exceptions_value:.2f}",
            "overridden_by": self.overridden_by,
        }
        if self.override:
            days = {"approved_on", "expires_on"}
            row = asdict(self.override)
            told["override"] = row | {day: row[day].isoformat() for day in days}
        return told


@dataclass(frozen=True, slots=True)
class GateOutcome:
    """Whether the outputs behind a gate may be released.

    Attributes:
        name: Name of the gate.
        status: `no_data` where the gate had no input at all; it then publishes nothing.
        checks: Every check of the gate.
        withheld: Marts that must not be published.
        evidence: JSON for auditors: rules in words, verdicts, ids of exceptions; no other cell of a
            row.
        suites: The suites of Great Expectations that its populations were judged by, as JSON.
    """

    name: str
    status: GateStatus
    checks: tuple[CheckOutcome, ...]
    withheld: tuple[str, ...]
    evidence: Mapping[str, Any] = field(default_factory=dict)
    suites: tuple[Mapping[str, Any], ...] = ()

    @property
    def failed_checks(self) -> tuple[str, ...]:
        """Codes of the checks that failed, sorted."""
        return tuple(sorted(check.check_code for check in self.checks if check.status == "failed"))

    def as_json(self) -> dict[str, Any]:
        """The outcome with its evidence as JSON."""
        return {
            "name": self.name,
            "status": self.status,
            "withheld": list(self.withheld),
            "checks": [check.as_json() for check in self.checks],
            "evidence": dict(self.evidence),
        }
