"""The simulator's clock and its calendar of working days.

A process is a generator: it yields the day on which it continues, and receives the current day.
"""

from calendar import monthrange
from collections import deque
from collections.abc import Generator, Iterator
from datetime import date, timedelta

Process = Generator[date, date, None]

_SHUT = frozenset({(1, 1), (12, 25), (12, 26)})


def later(day: date, days: int) -> date:
    """Returns the day a number of days after (or before) another."""
    return day + timedelta(days=days)


def working_day(day: date) -> date:
    """Returns the day itself if it is a working day, else the next working day."""
    while day.weekday() > 4 or (day.month, day.day) in _SHUT:
        day += timedelta(days=1)
    return day


def month_end(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def quarter_end(day: date) -> date:
    """The last day of the calendar quarter."""
    return month_end(day.replace(day=1, month=(day.month + 2) // 3 * 3))


def months_after(first: date, months: int) -> date:
    """Returns the same day some months later; in a shorter month, its last day."""
    index = first.year * 12 + first.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


class Clock:
    """Runs processes by day, and within a day in the order in which they scheduled it."""

    def __init__(self) -> None:
        self.today = date.max
        self._waiting: dict[date, deque[Process]] = {}

    def start(self, process: Process) -> None:
        """Starts a process, which yields its first day."""
        try:
            self._enter(next(process), process)
        except StopIteration:
            return

    def days(self, until: date) -> Iterator[date]:
        """Runs and yields every day from the first scheduled one to `until`."""
        self.today = min(self._waiting)
        while self.today <= until:
            self._run()
            yield self.today
            self.today += timedelta(days=1)

    def _enter(self, wake: date, process: Process) -> None:
        day = wake if self.today == date.max else max(wake, self.today)
        self._waiting.setdefault(day, deque()).append(process)

    def _run(self) -> None:
        while queue := self._waiting.get(self.today):
            process = queue.popleft()
            try:
                self._enter(process.send(self.today), process)
            except StopIteration:
                continue
        self._waiting.pop(self.today, None)
