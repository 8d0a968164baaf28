"""What became of the files of one run, as its manifest and report show it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class TakenFile:
    """What became of one file.

    Attributes:
        name: Bare file name.
        sha256: Hash of its bytes.
        feed: Feed of its rows; several are joined by a plus; empty if no feed fits.
        source: `canonical`, `policy` or the name of the source mapping.
        file_day: Its day.
        known_on: The day from which its rows count as known.
        rows_read: Rows of the file, as the source counts them, without the header.
        rows_accepted: Rows that were loaded completely.
        rows_quarantined: Rows refused.
        rows_set_aside: Rows that a named filter of the mapping left out.
        control_total: Sum of the feed's amount over the accepted rows, in pounds.
        unchanged: The same name and bytes were loaded before; counts are from then.
        refused_code: Check code under which the whole file was refused.
        refused_message: Why, in one line.
        unknown_columns: Columns of the header that were not loaded.
        notes: What a reader of the outputs must know about how the file was read.
    """

    name: str
    sha256: str
    feed: str
    source: str
    file_day: date
    known_on: date
    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    rows_set_aside: int = 0
    control_total: Decimal | None = None
    unchanged: bool = False
    refused_code: str | None = None
    refused_message: str | None = None
    unknown_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Intake:
    """What a run took, inbox before policy folder, and what it left alone; each by name.

    Attributes:
        files: What became of each file that was taken.
        left_alone: Files that were not taken: hidden, unfinished, changing, gone or unreadable.
        unreadable: Those of them that are finished but that the run may not read.
    """

    files: tuple[TakenFile, ...]
    left_alone: tuple[str, ...]
    unreadable: tuple[str, ...] = ()
