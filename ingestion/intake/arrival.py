"""What a file's name says: its feed, its day, and whether to leave the file alone.

Reads no file and no clock.
"""

import re
from collections.abc import Iterable
from datetime import date

_DAY_IN_NAME = re.compile(r"_([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])")
_UNFINISHED = (".part", ".tmp")


def is_left_alone(name: str) -> bool:
    """Whether a file is hidden, says by its name that it is still being written, or has no name.

    A name that is not text (a file system allows any bytes) could not be recorded anywhere.
    """
    return name.startswith(".") or name.lower().endswith(_UNFINISHED) or shown_name(name) != name


def shown_name(name: str) -> str:
    """A file name as text, whatever bytes it contains."""
    return name.encode("utf-8", "backslashreplace").decode()


def longest_fitting(name: str, known: Iterable[str]) -> str | None:
    """The longest of the known names that fits `<known>[_anything].csv`; None if none does."""
    if not name.lower().endswith(".csv"):
        return None
    stem = name[: -len(".csv")]
    fitting = [one for one in known if stem == one or stem.startswith(f"{one}_")]
    return max(fitting, key=len, default=None)


def day_in_name(name: str) -> date | None:
    """The last `_YYYYMMDD` of a file name that is a day that exists; None if there is none."""
    for match in reversed(list(_DAY_IN_NAME.finditer(name))):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
    return None


def known_on(file_day: date, known_at: date, last_published_known_at: date | None) -> date:
    """The day from which the rows of a file count as known.

    Usually the file's day. A late file, one that arrives after a run was published whose
    `known_at` is on or after its day, counts from the `known_at` of the run that takes it.
    """
    is_late = last_published_known_at is not None and last_published_known_at >= file_day
    return known_at if is_late else file_day
