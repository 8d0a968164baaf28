"""Rows into dated CSV files: one per feed and period for the past, one per feed and day of late.

The only module of the simulator that touches the disk.
"""

import csv
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

from ingestion.simulator.diary import later, month_end, quarter_end
from ingestion.simulator.layouts import COLUMNS

Cell = str | int | bool | Decimal | date | None

_DAYS_BY_DAY: Final = 45
_MONTHS_BY_MONTH: Final = 190
_BYTE_ORDER_MARK: Final = "\ufeff"
_EXPORTED_BY_SPREADSHEET: Final = frozenset({"agencies", "agency_remittances"})
"""Feeds that come with a byte order mark and CRLF, as spreadsheet programs write them."""


@dataclass(frozen=True, slots=True)
class Periods:
    """Which file day a row known on some day belongs to, for history from `start` to `until`."""

    start: date
    until: date

    def file_day(self, known: date) -> date:
        """The day of late days themselves; before that the end of their month or quarter."""
        known = max(known, self.start)
        last_of_history = later(self.until, -_DAYS_BY_DAY)
        if known > last_of_history:
            return known
        monthly_from = later(self.until, -_MONTHS_BY_MONTH)
        quarter = quarter_end(known)
        return min(quarter if quarter < monthly_from else month_end(known), last_of_history)


def written(cell: Cell) -> str:
    """A cell as canonical CSV text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)


class FeedWriter(AbstractContextManager["FeedWriter"]):
    """Appends rows to the file of their feed and day; a file appears whole, under its own name."""

    def __init__(self, inbox: Path, periods: Periods) -> None:
        inbox.mkdir(parents=True, exist_ok=True)
        self._inbox = inbox
        self._periods = periods
        self._open: dict[str, tuple[date, IO[str], Any]] = {}
        self._extra: dict[tuple[str, date], str] = {}
        self._begun: dict[str, date] = {}

    def extra_column(self, feed: str, known: date, column: str) -> None:
        """Gives the file of that day one more column than the interface knows, always blank."""
        self._extra[feed, self._periods.file_day(known)] = column

    def row(self, feed: str, known: date, cells: Mapping[str, Cell]) -> None:
        """Writes a row; a column that the feed does not have is a defect.

        Raises:
            KeyError: the feed has no such column.
        """
        columns = COLUMNS[feed]
        if not cells.keys() <= set(columns):
            raise KeyError(f"{feed} has no column {sorted(cells.keys() - set(columns))}")
        self.cells(feed, known, [written(cells.get(column)) for column in columns])

    def cells(self, feed: str, known: date, cells: Iterable[str]) -> None:
        """Writes cells as they stand, however many."""
        day = self._periods.file_day(known)
        opened = self._open.get(feed)
        if opened is None or opened[0] != day:
            opened = self._begin(feed, day)
        extra = [""] if (feed, day) in self._extra else []
        opened[2].writerow([*cells, *extra])

    def _begin(self, feed: str, day: date) -> tuple[date, IO[str], Any]:
        self._finish(feed)
        if day <= self._begun.get(feed, date.min):
            raise ValueError(f"{feed}: rows of {day} come after those of {self._begun[feed]}")
        self._begun[feed] = day
        spreadsheet = feed in _EXPORTED_BY_SPREADSHEET
        handle = self._part(feed, day).open("w", encoding="utf-8", newline="")
        if spreadsheet:
            handle.write(_BYTE_ORDER_MARK)
        rows = csv.writer(handle, lineterminator="\r\n" if spreadsheet else "\n")
        extra = self._extra.get((feed, day))
        rows.writerow(COLUMNS[feed] if extra is None else (*COLUMNS[feed], extra))
        self._open[feed] = (day, handle, rows)
        return self._open[feed]

    def _part(self, feed: str, day: date) -> Path:
        return self._inbox / f"{feed}_{day:%Y%m%d}.csv.part"

    def _finish(self, feed: str) -> None:
        if feed in self._open:
            day, handle, _ = self._open.pop(feed)
            handle.close()
            part = self._part(feed, day)
            part.replace(part.with_suffix(""))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Puts the last files in place; after an error leaves them under their `.part` names."""
        for feed in sorted(self._open):
            if error is None:
                self._finish(feed)
            else:
                self._open[feed][1].close()
