"""The order of the day: its steps as data, and the one function that runs them.

The Prefect flow, replays, restatements, catch-up and the tests all run `run_steps`. The flow runs
the same steps wrapped as tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from flows.day import steps
from flows.day.day import Day, RunOutcome
from flows.day.intake import ingest
from flows.day.opening import open_day
from flows.day.position import Position
from flows.day.raw_position import use_known_rows
from flows.day.report import report
from flows.settings import Settings


@dataclass(frozen=True)
class Step:
    """One step of a day.

    Attributes:
        name: How the log, Prefect and later steps refer to it.
        run: The function; it takes the day and then the results of `needs`.
        needs: The earlier steps whose results it takes, in order.
        retry_after: Seconds to wait before each further attempt, where Prefect runs the step. Only
            a step that may be repeated has any.
    """

    name: str
    run: Callable[..., Any]
    needs: tuple[str, ...] = ()
    retry_after: tuple[float, ...] = ()


INGEST = Step("ingest", ingest)
TRANSFORM = Step("transform", steps.transform)
GATE = Step("gate", steps.gate)
EXPORT = Step("export", steps.export, needs=("gate", "transform"))
REPORT = Step("report", report, needs=("ingest", "gate", "export"))
COMMIT = Step("commit", steps.commit, needs=("ingest", "report"))
# Files on a council's network share sometimes fail; link and archive may be repeated.
PUBLISH = Step("publish", steps.publish, needs=("commit",), retry_after=(1, 5, 20))

DAILY_RUN = (INGEST, TRANSFORM, GATE, EXPORT, REPORT, COMMIT, PUBLISH)
"""The steps of a run that publishes."""

_KNOWN_ROWS = replace(INGEST, run=use_known_rows)
REPLAY = (_KNOWN_ROWS, TRANSFORM, GATE, EXPORT, REPORT)
"""The steps of a replay, whose raw rows are already in the warehouse; it publishes nothing."""

MODELS_ONLY = (_KNOWN_ROWS, TRANSFORM)
"""The steps of each side of a restatement, which compares models."""


def run_steps(day: Day, steps_in_order: Sequence[Step]) -> dict[str, Any]:
    """Runs steps one after the other and returns their results by name of the step.

    Raises:
        IncomeError: A step failed; the steps after it did not run.
    """
    results: dict[str, Any] = {}
    for step in steps_in_order:
        results[step.name] = step.run(day, *(results[name] for name in step.needs))
    return results


def run_position(
    settings: Settings,
    position: Position,
    steps_in_order: Sequence[Step] = DAILY_RUN,
    *,
    full_refresh: bool = False,
    is_caught_up: bool = False,
) -> RunOutcome:
    """Runs and publishes one position.

    Args:
        settings: The settings of the workspace.
        position: The position to calculate.
        steps_in_order: `DAILY_RUN`, or the same steps wrapped.
        full_refresh: Build the kept models from nothing.
        is_caught_up: The day was missed.

    Raises:
        IncomeError: With the exit code of the command line.
    """
    with open_day(settings, position, full_refresh=full_refresh, is_caught_up=is_caught_up) as day:
        results = run_steps(day, steps_in_order)
    return cast(RunOutcome, results[PUBLISH.name])
