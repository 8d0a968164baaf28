"""CSV files that people open in a spreadsheet."""

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_FORMULA = re.compile(r"[=@\t\r]|[+-](?![0-9 .()-]*$)")


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a header and the rows. There must be at least one row; all have the same columns."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        columns = list(rows[0])
        writer.writerow(columns)
        writer.writerows([_written(row[column]) for column in columns] for row in rows)


def _written(cell: object) -> str:
    """A cell as the inbound feeds write it: blank for None, true or false, ISO dates.

    An apostrophe marks text that a spreadsheet would run as a formula. Numbers and telephone
    numbers stay as they are.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    text = str(cell)
    return f"'{text}" if _FORMULA.match(text) else text
