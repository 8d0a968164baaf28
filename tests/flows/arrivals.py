"""Simulated files that reach the inbox day by day."""

import shutil
from datetime import date
from pathlib import Path

from ingestion.intake.arrival import day_in_name


def put_files_of(files: Path, inbox: Path, after: date, until: date) -> int:
    """Copies the files of the days after `after`, up to and with `until`; says how many."""
    inbox.mkdir(parents=True, exist_ok=True)
    days = {path: day_in_name(path.name) for path in files.iterdir()}
    arriving = [path for path, day in days.items() if day is not None and after < day <= until]
    for path in arriving:
        shutil.copy(path, inbox)
    return len(arriving)
