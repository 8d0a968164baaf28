"""The month ends among published positions: no later run can change them."""

from collections.abc import Collection
from datetime import date, timedelta

Position = tuple[date, date]
"""`as_of` and `known_at` of a published run."""


def signed_positions(positions: Collection[Position], as_of: date) -> set[Position]:
    """The month ends among published positions: later runs can only add to them.

    Every position of a month's last calendar day is one. In a month without any, it is the last
    position, once a later month has begun: `as_of` of runs never decreases, so no run can follow it
    in that month.

    Args:
        positions: The published positions.
        as_of: The day of the present run, which may have begun a later month.
    """
    last_of_month = {_month(position[0]): position for position in sorted(positions)}
    begun = max([_month(as_of), *last_of_month])
    last_of_ended_months = {position for month, position in last_of_month.items() if month < begun}
    on_last_day = {position for position in positions if _is_last_of_month(position[0])}
    months_done = {_month(position[0]) for position in on_last_day}
    return on_last_day | {
        position for position in last_of_ended_months if _month(position[0]) not in months_done
    }


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _is_last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
