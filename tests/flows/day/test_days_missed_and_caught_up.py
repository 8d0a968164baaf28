"""A council that catches up its missed runs has the same marts as if it had missed none.

Everything is real but Prefect: simulated files arrive day by day, dbt builds each day, and each day
that was published must have the same marts to the byte, whether it was run in time or caught up.
"""

import shutil
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from flows.calendar import working_days_between
from flows.runs.chain import read_chain, verify_chain
from flows.runs.workspace import Workspace
from flows.settings import load_settings
from ingestion.simulator import simulate, writer
from tests.flows.arrivals import put_files_of
from tests.flows.plain_day import run_days

pytestmark = pytest.mark.usefixtures("dbt_in_forks")

UNTIL = date(2026, 6, 30)


def _last_working_days(number: int) -> tuple[date, ...]:
    return working_days_between(UNTIL - timedelta(days=2 * number + 7), UNTIL, "ENG")[-number:]


def _live(files: Path, home: Path, days: Sequence[date], missed: Collection[date] = ()) -> None:
    """The files of each day arrive; a run follows, unless the day is missed."""
    settings = load_settings(home, {}, home)
    arrived_while_missed = 0
    for before, day in pairwise(days):
        arrived = put_files_of(files, settings.home / "inbox", before, day)
        if day in missed:
            arrived_while_missed += arrived
        else:
            run_days(settings, day)
    assert arrived_while_missed > 0 or not missed


def _marts(home: Path) -> dict[date, dict[str, bytes]]:
    runs = Workspace(home).runs
    assert verify_chain(runs, None, None).finding is None
    return {
        run.as_of: {path.name: path.read_bytes() for path in (run.folder / "marts").iterdir()}
        for run in read_chain(runs)
    }


def _same_marts_though_days_were_missed(root: Path, number: int, missed: Sequence[int]) -> None:
    """Runs the last `number` working days twice; the second time it misses some of them.

    The days before the first missed one are lived once: up to then nothing differs.
    """
    days = _last_working_days(number)
    files, in_time, late = root / "files", root / "in_time", root / "late"
    simulate(files, debtors=150, days=number * 2 + 60, seed=3, until=UNTIL)
    _live(files, in_time, [date.min, *days[: missed[0]]])
    shutil.copytree(in_time, late, symlinks=True)
    rest = days[missed[0] - 1 :]
    _live(files, in_time, rest)
    _live(files, late, rest, {days[place] for place in missed})
    marts, marts_late = _marts(in_time), _marts(late)
    assert sorted(marts) == sorted(marts_late) == list(days)
    for day in days:
        assert sorted(marts[day]) == sorted(marts_late[day])
        differing = [name for name in marts[day] if marts[day][name] != marts_late[day][name]]
        assert differing == [], day


@pytest.mark.long
@pytest.mark.slow
def test_two_of_four_days_missed_and_caught_up_leave_the_same_marts(tmp_path: Path) -> None:
    _same_marts_though_days_were_missed(tmp_path, 4, (1, 2))


@pytest.mark.long
@pytest.mark.slow
def test_ten_of_sixty_days_missed_and_caught_up_leave_the_same_marts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_DAYS_BY_DAY", 100)
    gaps = (20, *range(28, 32), *range(45, 50))
    _same_marts_though_days_were_missed(tmp_path, 60, gaps)
