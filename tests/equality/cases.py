"""The workspaces that two versions of the product are given, and the days they run.

Everything goes through the command line, which both versions have. The inputs are written once, by
this checkout, and copied for each version.
"""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from ingestion.simulator import simulate
from tests.laws.canonical_files import write_files
from tests.laws.council_author import JUNE
from tests.laws.strategies import one_council

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
IBM = Path(os.environ.get("COUNCIL_REAL_DATA", BESIDE)) / "ar" / "ibm"
IBM_FILES = ("ibm_ar_padded_mdy.csv", "ibm_ar_unpadded_mdy.csv")
RANDOM_COUNCILS = (11, 12, 17)  # each has an invoice that is known on the first day
WORKING_WEEK = tuple(date(2026, 6, day) for day in (24, 25, 26, 29, 30))
Position = tuple[date, date]


@dataclass(frozen=True)
class Case:
    """One workspace.

    Attributes:
        name: What it is called in the report.
        fill: Writes its inbox.
        positions: The (`as_of`, `known_at`) of its runs, in order.
    """

    name: str
    fill: Callable[[Path], None]
    positions: Sequence[Position]


def same_day(day: date) -> Position:
    """The position of a day that is run on that day."""
    return day, day


def cases() -> Mapping[str, Case]:
    """Every case that can be run here, by name; real files only where they are."""
    listed = [
        Case("demo", _simulated(debtors=300, days=200), [same_day(date(2026, 6, 30))]),
        Case("five_days", _simulated(debtors=80, days=120), [same_day(d) for d in WORKING_WEEK]),
        *(_random_council(number) for number in RANDOM_COUNCILS),
        *(
            Case(name.removesuffix(".csv"), _copied(IBM / name), [same_day(date(2013, 3, 31))])
            for name in IBM_FILES
            if IBM.is_dir()
        ),
    ]
    return {case.name: case for case in listed}


def _simulated(*, debtors: int, days: int) -> Callable[[Path], None]:
    def fill(inbox: Path) -> None:
        simulate(inbox, debtors=debtors, days=days, seed=42, until=date(2026, 6, 30))

    return fill


def _copied(file: Path) -> Callable[[Path], None]:
    def fill(inbox: Path) -> None:
        shutil.copyfile(file, inbox / file.name)

    return fill


def _random_council(number: int) -> Case:

    council = one_council(Random(number), JUNE)  # noqa: S311 - any will do
    return Case(
        f"random_{number}",
        lambda inbox: write_files(council.files, inbox),
        [same_day(JUNE.as_of), (JUNE.as_of, JUNE.known_at)],
    )
