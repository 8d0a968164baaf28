"""The clock and the council's working days: the only place that asks what day it is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_SATURDAY = 5


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today in the business time zone, Europe/London."""
    return datetime.now(LONDON).date()


def new_run_id(instant: datetime) -> str:
    """An id for a run that started at `instant`; ids sort by time."""
    return instant.strftime("%Y%m%dT%H%M%S%fZ")


def why_no_working_day(day: date, part: str) -> str | None:
    """Why a day is not a working day, or None where it is one.

    Args:
        day: The day.
        part: The part of the United Kingdom: ENG, WLS, SCT or NIR.
    """
    if day.weekday() >= _SATURDAY:
        return f"a {day:%A}"
    from holidays import country_holidays  # noqa: PLC0415 - costs a tenth of a second

    name = country_holidays("GB", subdiv=part, years=day.year).get(day)
    return None if name is None else f"a bank holiday ({name})"


def working_days_between(after: date, until: date, part: str) -> tuple[date, ...]:
    """The working days after `after`, up to and including `until`."""
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    return tuple(day for day in days if why_no_working_day(day, part) is None)
