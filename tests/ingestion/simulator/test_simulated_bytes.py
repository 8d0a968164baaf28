"""The same options write the same bytes, in files named and dated as an inbox expects them."""

import hashlib
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers

from ingestion.simulator import simulate
from ingestion.simulator.stories import CAST
from ingestion.simulator.writer import Periods
from tests.ingestion.simulator.inbox_rows import Inbox

_SMALL = {"debtors": CAST + 20, "days": 150, "until": date(2026, 2, 28)}
_IN_ANOTHER_PROCESS = """
import datetime, pathlib, sys
from ingestion.simulator import simulate
simulate(pathlib.Path(sys.argv[1]), debtors=int(sys.argv[2]), days=150, seed=1,
         until=datetime.date(2026, 2, 28))
"""


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def test_same_options_write_the_same_bytes_whatever_the_process_and_its_time_zone(
    tmp_path: Path,
) -> None:
    simulate(tmp_path / "here", seed=1, **_SMALL)
    subprocess.run(
        [sys.executable, "-c", _IN_ANOTHER_PROCESS, tmp_path / "there", str(_SMALL["debtors"])],
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "77", "TZ": "Pacific/Auckland", "LC_ALL": "C"},
    )
    assert _digest(tmp_path / "here") == _digest(tmp_path / "there")


def test_writing_again_over_the_same_files_changes_nothing(tmp_path: Path) -> None:
    simulate(tmp_path, seed=1, **_SMALL)
    before = _digest(tmp_path)
    simulate(tmp_path, seed=1, **_SMALL)
    assert _digest(tmp_path) == before


def test_another_seed_is_another_council(tmp_path: Path) -> None:
    simulate(tmp_path / "one", seed=1, **_SMALL)
    simulate(tmp_path / "two", seed=2, **_SMALL)
    assert _digest(tmp_path / "one") != _digest(tmp_path / "two")


def test_no_file_is_left_under_a_name_of_its_own_making(council: Inbox) -> None:
    assert all(path.suffix == ".csv" for path in council.folder.iterdir())


def test_late_days_have_a_file_each_and_history_one_per_month_or_quarter(
    council: Inbox, until: date
) -> None:
    last_of_history = until - timedelta(days=45)
    days = council.days()
    late = [day for day in days if day > last_of_history]
    history = [day for day in days if day < last_of_history]
    assert late[-1] == until
    assert len(late) > 30
    assert all((day + timedelta(days=1)).day == 1 for day in history)


@given(until=dates(date(2001, 1, 1), date(2040, 12, 31)), days=integers(1, 1200))
def test_what_is_known_later_never_goes_into_an_earlier_file(until: date, days: int) -> None:
    start = until - timedelta(days=days - 1)
    periods = Periods(start, until)
    known = [start + timedelta(days=number) for number in range(days)]
    filed = [periods.file_day(day) for day in known]
    assert filed == sorted(filed)
    assert all(file_day >= day for file_day, day in zip(filed, known, strict=True))
    assert filed[-1] == until


def test_no_file_is_later_than_the_last_day(council: Inbox, until: date) -> None:
    assert max(council.days()) == until


def test_the_default_council_is_a_few_hundred_files(tmp_path: Path) -> None:
    simulate(tmp_path, until=date(2026, 6, 30))
    assert 300 < len(list(tmp_path.iterdir())) < 900


def test_an_inbox_is_made_where_there_is_none(tmp_path: Path) -> None:
    simulate(tmp_path / "new" / "inbox", debtors=1, days=1, until=date(2024, 2, 29))
    assert len(Inbox(tmp_path / "new" / "inbox").all_rows("debtors")) >= CAST


def test_as_many_debtors_as_asked_for_once_the_cast_is_there(tmp_path: Path) -> None:
    simulate(tmp_path, debtors=CAST + 7, days=400, until=date(2026, 6, 30))
    assert len({row["debtor_id"] for row in Inbox(tmp_path).all_rows("debtors")}) == CAST + 7


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"debtors": 0}, "debtors is 0"),
        ({"days": 0}, "days is 0"),
        ({"days": 36_526}, "days is 36526"),
        ({"until": date(1999, 1, 1)}, "until is 1999-01-01"),
        ({"until": date(1, 1, 5)}, "until is 0001-01-05"),
    ],
)
def test_an_option_out_of_range_is_refused_by_name(
    tmp_path: Path, options: dict[str, int | date], named: str
) -> None:
    given: dict[str, object] = {"until": date(2026, 6, 30)} | options
    with pytest.raises(ValueError, match=named):
        simulate(tmp_path, **given)  # type: ignore[arg-type]
