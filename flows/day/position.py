"""The pair of days that a run calculates, and the pairs that are refused."""

from dataclasses import dataclass
from datetime import date

from flows.errors import UsageError


@dataclass(frozen=True, order=True)
class Position:
    """The pair of days that a run calculates.

    Attributes:
        as_of: The date of the position.
        known_at: Rows known by the end of this day count.
    """

    as_of: date
    known_at: date


def refuse_earlier_position(last: Position | None, requested: Position) -> None:
    """Refuses a run before the last published position; it may repeat it or come after it.

    Raises:
        UsageError: One of the two days is before that of the last published run.
    """
    if last is None:
        return
    for option, day, published in (
        ("--as-of", requested.as_of, last.as_of),
        ("--known-at", requested.known_at, last.known_at),
    ):
        if day < published:
            raise UsageError(
                f"{option} {day} is before {published}, which is already published: use "
                f"`income replay --as-of {requested.as_of} --known-at {requested.known_at}`."
            )


def refuse_future_days(today: date, as_of: date | None, *known_at: date | None) -> None:
    """Refuses days after today: nothing is known about them yet.

    Raises:
        UsageError: One of the days is after today.
    """
    for option, day in (("--as-of", as_of), *(("--known-at", each) for each in known_at)):
        if day is not None and day > today:
            raise UsageError(f"{option} {day} is in the future: use {today} or an earlier day.")
