"""The days of one `income run`: missed working days in order, then the day asked for.

Each day is a run of its own, with lock, intake, gates, manifest and link in the chain, so that a
killed catch-up has lost nothing: the next run goes on after the last day that was published.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from flows.day.day import RunOutcome, refuse_going_back
from flows.day.missed_days import Missed, Position, plan_catch_up
from flows.day.steps import run_day
from flows.errors import IncomeError
from flows.runs.chain import read_chain
from flows.runs.workspace import Workspace
from flows.settings import Settings

LOG = logging.getLogger(__name__)


def days_to_catch_up(settings: Settings, asked: Position, missed: Missed) -> tuple[Position, ...]:
    """What is to be run before the position that was asked for; creates the workspace.

    Raises:
        WorkspaceBusyError: Another run holds the workspace.
        UsageError: The position lies before the last published one, or somebody has to choose.
        BrokenChainError: A published run was altered or is missing.
    """
    workspace = Workspace(settings.home)
    with workspace.locked():
        workspace.create()
        chain = read_chain(workspace.runs)
    last = chain[-1] if chain else None
    refuse_going_back(last, asked.as_of, asked.known_at)
    published = Position(last.as_of, last.known_at) if last else None
    return plan_catch_up(published, asked, settings.bank_holidays, missed)


def run_in_order(
    missed: Sequence[Position], run_missed: Callable[[Position], RunOutcome]
) -> tuple[RunOutcome, ...]:
    """Runs missed days one after the other; a gate that withholds stops none of them.

    Raises:
        IncomeError: A day could not be run: its own failure, which names the day. The days before
            it are published, the days after it are left to the next run.
    """
    outcomes = []
    for number, position in enumerate(missed, start=1):
        LOG.info("step=catch_up day=%s number=%d of=%d", position.as_of, number, len(missed))
        try:
            outcomes.append(run_missed(position))
        except IncomeError as failure:
            raise type(failure)(f"Catching up {position.as_of}: {failure}") from failure
    return tuple(outcomes)


def run_days(
    settings: Settings,
    as_of: date,
    known_at: date | None = None,
    *,
    missed: Missed = Missed.BY_ITSELF,
    full_refresh: bool = False,
) -> RunOutcome:
    """The command's days without Prefect: the same days in the same order as the flow.

    Raises:
        IncomeError: With the exit code of the command line.
    """
    asked = Position(as_of, known_at or as_of)

    def run_missed(position: Position) -> RunOutcome:
        return run_day(
            settings,
            position.as_of,
            position.known_at,
            full_refresh=full_refresh,
            is_caught_up=True,
        )

    caught_up = run_in_order(days_to_catch_up(settings, asked, missed), run_missed)
    outcome = run_day(settings, asked.as_of, asked.known_at, full_refresh=full_refresh)
    return replace(outcome, caught_up=caught_up)
