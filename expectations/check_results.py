"""The result of a check: how many items were checked, which of them break it, what is at stake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from expectations.expected import IDS_ARE_SOUND, Check, Expected, row_count
from expectations.populations.population import Population
from expectations.validation import Validated, Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """A population, the expectations on it, and the verdicts.

    Attributes:
        population: The population.
        expected: The expectations on it.
        codes: For each expectation, the codes of the checks that it belongs to.
        validated: The verdicts, in the same order.
    """

    population: Population
    expected: tuple[Expected, ...]
    codes: tuple[frozenset[str], ...]
    validated: Validated

    def verdicts_on(self, check_code: str) -> list[tuple[Expected, Verdict]]:
        """The expectations of one check, each with its verdict."""
        every = zip(self.expected, self.codes, self.validated.verdicts, strict=True)
        return [(expected, verdict) for expected, codes, verdict in every if check_code in codes]

    @property
    def is_sound(self) -> bool:
        """Whether no row is missing and every row has its own id."""
        verdicts = zip(self.expected, self.validated.verdicts, strict=True)
        about_rows = (*IDS_ARE_SOUND, row_count(self.rows_expected))
        return all(verdict.success for expected, verdict in verdicts if expected in about_rows)

    @property
    def rows_expected(self) -> int:
        """How many rows must be validated."""
        return self.population.rows_expected - self.population.rows_not_shown

    def breaking(self, check: Check, *, is_warning: bool = False) -> list[tuple[str, int]]:
        """The validated items that break an expectation of a check, with the pence at stake."""
        mine = check.expects.get(self.population.name, ())
        places = {
            place
            for expected, verdict in self.verdicts_on(check.check_code)
            if expected in mine and expected.is_warning is is_warning
            for place in verdict.rows
        }
        facts = self.population.facts
        broken = facts.select(["item_id", "value_pence"]).take(pa.array(sorted(places), pa.int64()))
        return [(row["item_id"], abs(row["value_pence"])) for row in broken.to_pylist()]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check.

    Attributes:
        check: The check.
        population: Number of items checked, or that should have been.
        holds: Whether every expectation is met, warnings left aside.
        items: Ids of the validated items that break it, sorted.
        exceptions: Number of items that break it.
        pence: Pence at stake in them.
        unexplained: Ids of the items about which it warns, sorted.
        unexplained_pence: Pence at stake in them.
        results: The verdict on each expectation as JSON.
    """

    check: Check
    population: int
    holds: bool
    items: tuple[str, ...]
    exceptions: int
    pence: int
    unexplained: tuple[str, ...]
    unexplained_pence: int
    results: tuple[Mapping[str, Any], ...]

    def counted(self, status: str) -> tuple[int, Decimal]:
        """Items that an outcome counts, and pounds at stake: exceptions, else unexplained items."""
        if self.exceptions or status != "warned":
            return self.exceptions, Decimal(self.pence) / 100
        return len(self.unexplained), Decimal(self.unexplained_pence) / 100


def result_of(
    check: Check, answers: Sequence[Answer], decisive: Sequence[Answer] = ()
) -> CheckResult:
    """The result of a check in the populations that it applies to.

    Args:
        check: The check.
        answers: The populations that must meet the check.
        decisive: Populations that only decide what another one must contain: an item that breaks a
            check there is not an exception, but no row may be missing.
    """
    mine = [answer for answer in answers if answer.population.name in check.expects]
    broken: list[tuple[str, int]] = []
    unexplained: list[tuple[str, int]] = []
    exceptions, pence = 0, 0
    for answer in mine:
        shown = answer.breaking(check)
        counted = answer.population.breaches.get(check.check_code)
        exceptions += counted.rows if counted else len(shown)
        pence += counted.pence if counted else sum(value for _, value in shown)
        broken += shown
        unexplained += answer.breaking(check, is_warning=True)
    verdicts = [each for answer in mine for each in answer.verdicts_on(check.check_code)]
    of_check = [answer for answer in decisive if answer.population.name in check.expects]
    is_sound = all(answer.is_sound for answer in of_check)
    return CheckResult(
        check,
        max(
            sum(answer.population.rows_expected for answer in mine),
            sum(answer.population.rows_stated for answer in mine),
        ),
        is_sound and all(each.success for expected, each in verdicts if not expected.is_warning),
        tuple(sorted(item for item, _ in broken)),
        exceptions,
        pence,
        tuple(sorted(item for item, _ in unexplained)),
        sum(value for _, value in unexplained),
        tuple(verdict.result for _, verdict in verdicts if verdict.result),
    )
