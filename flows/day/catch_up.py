"""The days of one `income run`: missed working days in order, then the requested day.

Each day is a run of its own, with lock, intake, gates, manifest and link in the chain. A killed
catch-up therefore loses nothing: the next run continues after the last published day.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from flows.day.day import RunOutcome
from flows.day.missed_days import Missed, plan_catch_up
from flows.day.opening import last_position
from flows.day.position import Position, refuse_earlier_position
from flows.errors import IncomeError
from flows.runs.chain import read_chain
from flows.runs.workspace import Workspace
from flows.settings import Settings

LOG = logging.getLogger(__name__)

RunPosition = Callable[[Position], RunOutcome]


def days_to_catch_up(
    settings: Settings, requested: Position, missed: Missed
) -> tuple[Position, ...]:
    """The positions to run before the requested one; creates the workspace.

    Raises:
        WorkspaceBusyError: Another run holds the workspace.
        UsageError: The position is before the last published one, or somebody has to choose.
        BrokenChainError: A published run was altered or is missing.
    """
    workspace = Workspace(settings.home)
    with workspace.locked():
        workspace.create()
        chain = read_chain(workspace.runs)
    last = last_position(chain)
    refuse_earlier_position(last, requested)
    return plan_catch_up(last, requested, settings.bank_holidays, missed)


def run_days(
    settings: Settings,
    requested: Position,
    missed: Missed,
    *,
    run_missed: RunPosition,
    run_requested: RunPosition,
) -> RunOutcome:
    """Runs the missed days in order and then the requested day; a failed gate stops none of them.

    Args:
        settings: The settings of the workspace.
        requested: The position that was requested.
        missed: What to do about missed working days.
        run_missed: Runs and publishes one missed day.
        run_requested: Runs and publishes the requested day.

    Raises:
        IncomeError: A day could not be run: its own failure, which names the day. The days before
            it are published, the days after it are left to the next run.
    """
    positions = days_to_catch_up(settings, requested, missed)
    caught_up = []
    for number, position in enumerate(positions, start=1):
        LOG.info("step=catch_up day=%s number=%d of=%d", position.as_of, number, len(positions))
        try:
            caught_up.append(run_missed(position))
        except IncomeError as failure:
            raise type(failure)(f"Catching up {position.as_of}: {failure}") from failure
    return replace(run_requested(requested), caught_up=tuple(caught_up))
