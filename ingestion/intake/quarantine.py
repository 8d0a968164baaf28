"""Where refused rows go: beside the workspace's inbox, with file, line, column, code and raw line.

The files hold personal data; only their owner may read them.
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

COLUMNS = ("source_file", "source_line", "column_name", "reason_code", "message", "raw_line")


def write_refused(folder: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write `refused.csv` into a new folder, whole or not at all.

    Args:
        folder: Quarantine folder of the run.
        rows: One sequence per refused row or file, in the order of `COLUMNS`.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / ".refused.csv.part"
    unfinished.touch(mode=0o600)
    with unfinished.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    unfinished.replace(folder / "refused.csv")
