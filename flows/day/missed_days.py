"""The working days without a run, and what the next run does about them.

Pure: days in, positions out. A working day is missed when it is strictly between the last published
`as_of` and the requested one.
"""

from datetime import date, timedelta
from enum import StrEnum

from flows import calendar
from flows.day.position import Position
from flows.errors import UsageError

MOST_AUTOMATIC = 10
"""A run catches up so many missed working days without an option."""


class Missed(StrEnum):
    """What to do about missed working days."""

    AUTOMATIC = "automatic"
    CATCH_UP = "catch_up"
    SKIP = "skip"


def choice_between(*, catch_up: bool, skip: bool) -> Missed:
    """The choice that two options of the command line make.

    Raises:
        UsageError: Both options were used.
    """
    if catch_up and skip:
        raise UsageError("--catch-up and --skip cannot be used together: use one.")
    return Missed.CATCH_UP if catch_up else Missed.SKIP if skip else Missed.AUTOMATIC


def working_days_missed(last_as_of: date, as_of: date, part: str) -> tuple[date, ...]:
    """The working days strictly between two days, in order.

    Args:
        last_as_of: The day of the last published run.
        as_of: The requested day.
        part: The part of the United Kingdom whose bank holidays count.
    """
    return calendar.working_days_between(last_as_of, as_of - timedelta(days=1), part)


def plan_catch_up(
    last: Position | None, requested: Position, part: str, missed: Missed
) -> tuple[Position, ...]:
    """The positions to run, in order, before the requested one.

    A caught-up day shows what was known at its end, or at the last published run where that knew
    more. It never shows more than the requested position does.

    Args:
        last: The last published position; without one nothing was missed.
        requested: The requested position, not before `last`.
        part: The part of the United Kingdom whose bank holidays count.
        missed: What to do about missed days.

    Raises:
        UsageError: So many days were missed that somebody has to choose.
    """
    if last is None or missed is Missed.SKIP:
        return ()
    days = working_days_missed(last.as_of, requested.as_of, part)
    if missed is Missed.AUTOMATIC and needs_choice(days):
        raise UsageError(
            f"{len(days)} working days were missed after {last.as_of}: use --catch-up to run "
            f"them all before {requested.as_of}, or --skip to run {requested.as_of} only."
        )
    return tuple(Position(day, min(max(day, last.known_at), requested.known_at)) for day in days)


def needs_choice(days: tuple[date, ...]) -> bool:
    """Whether so many days were missed that the user has to choose."""
    return len(days) > MOST_AUTOMATIC
