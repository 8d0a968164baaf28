"""What a reader of the simulated files knows on a day, from the files alone."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from ingestion.contracts.contract import load_contracts
from ingestion.simulator.stories.spoilt import SPOILT

Row = dict[str, str]

_NAME = re.compile(r"(?P<feed>[a-z_]+)_(?P<day>\d{8})\.csv")
_COME_AGAIN = {"holds", "agencies"}
_NEVER_GOOD = {(one.feed, one.key) for one in SPOILT if one.feed not in _COME_AGAIN}


@dataclass(frozen=True)
class InboxFile:
    """A simulated file."""

    path: Path
    feed: str
    day: date
    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Inbox:
    """All simulated files of a folder."""

    folder: Path

    @cached_property
    def files(self) -> tuple[InboxFile, ...]:
        return tuple(sorted(self._read(), key=lambda file: (file.day, file.path.name)))

    def days(self) -> list[date]:
        """The days of the files, in order."""
        return sorted({file.day for file in self.files})

    def all_rows(self, feed: str) -> list[Row]:
        """Every version of every row of a feed, refused ones included."""
        return [row for file in self.files if file.feed == feed for row in file.rows]

    def known(self, feed: str, day: date) -> list[Row]:
        """The current versions of a feed's rows as known on a day, in force or not."""
        key = load_contracts()[feed].key
        latest = {
            tuple(row[column] for column in key): row
            for file in self.files
            if file.feed == feed and file.day <= day
            for row in file.rows
            if (feed, row[key[0]]) not in _NEVER_GOOD
        }
        return [row for row in latest.values() if not "" < row["withdrawn_on"] <= f"{day}"]

    def codes(self) -> dict[tuple[str, str], set[str]]:
        """Every value that occurs, by feed and column."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for file in self.files:
            for row in file.rows:
                for column, value in row.items():
                    found[file.feed, column].add(value)
        return found

    def _read(self) -> Iterator[InboxFile]:
        for path in self.folder.iterdir():
            name = _NAME.fullmatch(path.name)
            assert name, f"{path.name} is not named <feed>_YYYYMMDD.csv"
            day = date.fromisoformat(name["day"])
            with path.open(encoding="utf-8-sig", newline="") as handle:
                header, *rows = csv.reader(handle)
            cells = tuple(dict(zip(header, row, strict=False)) for row in rows)
            yield InboxFile(path, name["feed"], day, tuple(header), cells)
