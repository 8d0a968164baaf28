"""Canonical CSV feeds: written to a folder, and read as typed rows for the second opinion.

Files are mappings of file name to rows of text. Cells must not hold line ends, so that a row's
physical line is its place in the file, the header being line 1. Nothing here uses the product's own
reading, whose answers are compared with those of the second opinion.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from tests.laws.case_definition import Files
from tests.laws.second_opinion.rows import FEEDS, Cell, Row


@dataclass(frozen=True)
class Delivery:
    """Files that one run takes in.

    Attributes:
        files: what lies in the inbox.
        known_at: the run's; a file without a day in its name is of that day.
        last_published: ``known_at`` of the last run published before, if any. A file whose day is
            not after it comes late and is seen only from ``known_at`` of the run that takes it.
    """

    files: Files
    known_at: date
    last_published: date | None = None


OTHER_DAYS = ("date_of_death", "supply_from", "supply_to")


def feed_of(file_name: str) -> str:
    """The feed of a file: the longest feed name that its name starts with."""
    stem = file_name.removesuffix(".csv")
    fitting = [feed for feed in FEEDS if stem == feed or stem.startswith(f"{feed}_")]
    return max(fitting, key=len)


def day_in(file_name: str) -> date | None:
    """The day that the last ``_YYYYMMDD`` of a file name gives."""
    found = re.findall(r"_(\d{8})(?=[_.])", file_name)
    return datetime.strptime(found[-1], "%Y%m%d").date() if found else None  # noqa: DTZ007


def header_of(rows: list[dict[str, str]]) -> list[str]:
    """Every column of any row, in the order in which they first come."""
    return list(dict.fromkeys(column for row in rows for column in row))


def write_files(files: Files, folder: Path) -> None:
    """Writes the files, those without rows left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        if rows:
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, header_of([dict(row) for row in rows]), restval="")
                writer.writeheader()
                writer.writerows(rows)


def typed_rows(files: Files, known_at: date) -> Iterator[Row]:
    """The rows of files that one run takes in, no run having been published before."""
    return delivered_rows([Delivery(files, known_at)])


def delivered_rows(deliveries: Iterable[Delivery]) -> Iterator[Row]:
    """The rows of all deliveries as they are known."""
    for delivery in deliveries:
        for name, rows in delivery.files.items():
            day = day_in(name) or delivery.known_at
            is_late = delivery.last_published is not None and day <= delivery.last_published
            known_on = delivery.known_at if is_late else day
            feed = feed_of(name)
            for line, row in enumerate(rows, start=2):
                cells = {column: typed(column, text) for column, text in row.items() if text}
                yield Row(feed, cells, name, line, day, known_on)


def typed(column: str, text: str) -> Cell:
    """A cell by the type that its column's name implies."""
    if column.endswith(("_on", "_date")) or column in OTHER_DAYS:
        return date.fromisoformat(text)
    if column.endswith("amount"):
        return Decimal(text)
    return int(text) if column == "instalment_no" else text
