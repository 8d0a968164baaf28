"""The days of a run without Prefect: the functions and steps that the flow runs, unwrapped."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from flows.day import catch_up
from flows.day.day import RunOutcome
from flows.day.missed_days import Missed
from flows.day.order import DAILY_RUN, Step, run_position
from flows.day.position import Position
from flows.settings import Settings


def run_day(
    settings: Settings,
    as_of: date,
    known_at: date | None = None,
    *,
    full_refresh: bool = False,
    is_caught_up: bool = False,
    steps: Sequence[Step] = DAILY_RUN,
) -> RunOutcome:
    """One position, without the missed days before it."""
    return run_position(
        settings,
        Position(as_of, known_at or as_of),
        steps,
        full_refresh=full_refresh,
        is_caught_up=is_caught_up,
    )


def run_days(
    settings: Settings,
    as_of: date,
    known_at: date | None = None,
    *,
    missed: Missed = Missed.AUTOMATIC,
    full_refresh: bool = False,
) -> RunOutcome:
    """The missed days and then the position, as `income run` does."""
    run = partial(run_position, settings, full_refresh=full_refresh)
    return catch_up.run_days(
        settings,
        Position(as_of, known_at or as_of),
        missed,
        run_missed=partial(run, is_caught_up=True),
        run_requested=run,
    )
