"""The working days that went by without a run, and what the next run does about them.

Pure: days in, positions out. A working day is missed when it lies strictly between the last
published `as_of` and the one asked for.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flows import calendar
from flows.errors import UsageError

MOST_BY_ITSELF = 10
"""So many missed working days a run catches up without being told to."""


class Missed(StrEnum):
    """What to do about missed working days."""

    BY_ITSELF = "by_itself"
    CATCH_UP = "catch_up"
    SKIP = "skip"


@dataclass(frozen=True, order=True)
class Position:
    """The pair of days that a run computes."""

    as_of: date
    known_at: date


def choice_between(*, catch_up: bool, skip: bool) -> Missed:
    """The choice that two options of the command line make.

    Raises:
        UsageError: Both were given.
    """
    if catch_up and skip:
        raise UsageError("--catch-up and --skip exclude each other: give one of them.")
    return Missed.CATCH_UP if catch_up else Missed.SKIP if skip else Missed.BY_ITSELF


def working_days_missed(last_as_of: date, as_of: date, part: str) -> tuple[date, ...]:
    """The working days strictly between two days, in order.

    Args:
        last_as_of: The day of the last published run.
        as_of: The day that is asked for.
        part: The part of the United Kingdom whose bank holidays count.
    """
    return calendar.working_days_between(last_as_of, as_of - timedelta(days=1), part)


def plan_catch_up(
    last: Position | None, asked: Position, part: str, missed: Missed
) -> tuple[Position, ...]:
    """What is run, in order, before the position that was asked for.

    A caught-up day shows what was known at its end, or at the last published run where that
    knew more, and never more than what was asked for knows.

    Args:
        last: The last published position; without one nothing was missed.
        asked: The position that is asked for, not before `last`.
        part: The part of the United Kingdom whose bank holidays count.
        missed: What to do about missed days.

    Raises:
        UsageError: So many days were missed that somebody has to choose.
    """
    if last is None or missed is Missed.SKIP:
        return ()
    days = working_days_missed(last.as_of, asked.as_of, part)
    if missed is Missed.BY_ITSELF and needs_choice(days):
        raise UsageError(
            f"{len(days)} working days were missed after {last.as_of}: give --catch-up to run "
            f"them all before {asked.as_of}, or --skip to run {asked.as_of} only."
        )
    return tuple(Position(day, min(max(day, last.known_at), asked.known_at)) for day in days)


def needs_choice(days: tuple[date, ...]) -> bool:
    """Whether a run asks what to do about so many missed days."""
    return len(days) > MOST_BY_ITSELF
