"""Writes rows into dated CSV files: one per feed and period, and per day for the last days.

Like an extract, a file has each key once, as at the end of its period or day; later files have
later versions. This is the only module of the simulator that writes to the disk.
"""

import csv
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from ingestion.simulator.diary import later, month_end, quarter_end
from ingestion.simulator.layouts import COLUMNS, KEY_WIDTH

Cell = str | int | bool | Decimal | date | None

_DAYS_BY_DAY: Final = 45
_MONTHS_BY_MONTH: Final = 190
_BYTE_ORDER_MARK: Final = "\ufeff"
_EXPORTED_BY_SPREADSHEET: Final = frozenset({"agencies", "agency_remittances"})
"""Feeds with a byte order mark and CRLF, like a spreadsheet's export."""


@dataclass(frozen=True, slots=True)
class Periods:
    """The file day of a row that became known on some day, for history from `start` to `until`."""

    start: date
    until: date

    def file_day(self, known: date) -> date:
        """Returns the day itself for the last days, else the end of its month or quarter."""
        known = max(known, self.start)
        last_of_history = later(self.until, -_DAYS_BY_DAY)
        if known > last_of_history:
            return known
        monthly_from = later(self.until, -_MONTHS_BY_MONTH)
        quarter = quarter_end(known)
        return min(quarter if quarter < monthly_from else month_end(known), last_of_history)


def written(cell: Cell) -> str:
    """Returns a cell as CSV text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)


@dataclass(slots=True)
class _OpenFile:
    """A file in progress: its rows so far, with a blank for each row that a later one replaced.

    Attributes:
        day: The day of the file.
        handle: The open file to which the rows are written at the end.
        rows: Its rows, the header first.
        states: The positions of a key's rows; several only if their content is the same.
    """

    day: date
    handle: IO[str]
    rows: list[list[str] | None]
    states: dict[tuple[str, ...], list[int]] = field(default_factory=dict)

    def add(self, key: tuple[str, ...], cells: list[str]) -> None:
        """Adds a row and removes earlier rows of its key with other content."""
        places = self.states.setdefault(key, [])
        for place in places:
            if self.rows[place] != cells:
                self.rows[place] = None
        places[:] = [place for place in places if self.rows[place] is not None]
        places.append(len(self.rows))
        self.rows.append(cells)


class FeedWriter(AbstractContextManager["FeedWriter"]):
    """Adds rows to the file of their feed and day; a complete file then gets its name."""

    def __init__(self, inbox: Path, periods: Periods) -> None:
        inbox.mkdir(parents=True, exist_ok=True)
        self._inbox = inbox
        self._periods = periods
        self._open: dict[str, _OpenFile] = {}
        self._extra: dict[tuple[str, date], str] = {}
        self._begun: dict[str, date] = {}

    def extra_column(self, feed: str, known: date, column: str) -> None:
        """Adds a blank column that no contract knows to that day's file."""
        self._extra[feed, self._periods.file_day(known)] = column

    def row(self, feed: str, known: date, cells: Mapping[str, Cell]) -> None:
        """Writes a row.

        Raises:
            KeyError: The feed has no such column.
        """
        columns = COLUMNS[feed]
        if not cells.keys() <= set(columns):
            raise KeyError(f"{feed} has no column {sorted(cells.keys() - set(columns))}")
        row = [written(cells.get(column)) for column in columns]
        opened = self._opened(feed, known)
        opened.add(tuple(row[: KEY_WIDTH[feed]]), self._with_extra(feed, opened.day, row))

    def cells(self, feed: str, known: date, cells: Iterable[str]) -> None:
        """Writes cells without changes or checks, whatever their number and key."""
        opened = self._opened(feed, known)
        opened.rows.append(self._with_extra(feed, opened.day, cells))

    def _with_extra(self, feed: str, day: date, cells: Iterable[str]) -> list[str]:
        return [*cells, ""] if (feed, day) in self._extra else [*cells]

    def _opened(self, feed: str, known: date) -> _OpenFile:
        day = self._periods.file_day(known)
        opened = self._open.get(feed)
        return opened if opened and opened.day == day else self._begin(feed, day)

    def _begin(self, feed: str, day: date) -> _OpenFile:
        self._finish(feed)
        if day <= self._begun.get(feed, date.min):
            raise ValueError(f"{feed}: rows of {day} come after those of {self._begun[feed]}")
        self._begun[feed] = day
        handle = self._part(feed, day).open("w", encoding="utf-8", newline="")
        extra = self._extra.get((feed, day))
        header = [*COLUMNS[feed]] if extra is None else [*COLUMNS[feed], extra]
        self._open[feed] = _OpenFile(day, handle, [header])
        return self._open[feed]

    def _part(self, feed: str, day: date) -> Path:
        return self._inbox / f"{feed}_{day:%Y%m%d}.csv.part"

    def _finish(self, feed: str) -> None:
        if feed in self._open:
            opened = self._open.pop(feed)
            spreadsheet = feed in _EXPORTED_BY_SPREADSHEET
            with opened.handle as handle:
                if spreadsheet:
                    handle.write(_BYTE_ORDER_MARK)
                rows = csv.writer(handle, lineterminator="\r\n" if spreadsheet else "\n")
                rows.writerows(row for row in opened.rows if row is not None)
            part = self._part(feed, opened.day)
            part.replace(part.with_suffix(""))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Gives the last files their names; after an error they keep their `.part` names."""
        for feed in sorted(self._open):
            if error is None:
                self._finish(feed)
            else:
                self._open[feed].handle.close()
