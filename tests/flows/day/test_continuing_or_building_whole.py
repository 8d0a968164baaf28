"""A ledger that each day continues equals, to the byte, the ledger built from nothing.

Simulated files arrive day by day, with corrections, withdrawals, reversals and backdated rows
among them, and each day continues the ledger of the day before. Then the last day is run again with
`--full-refresh`, and some of the days are replayed, which always builds the whole ledger.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from flows.calendar import working_days_between
from flows.day.kept_ledger import MOST_RUNS_KEPT
from flows.day.order import DAILY_RUN, GATE
from flows.errors import ExitCode
from flows.replays.replay import replay_day
from flows.runs.workspace import Workspace
from flows.settings import Settings, load_settings
from ingestion.simulator import simulate
from tests.flows.arrivals import put_files_of
from tests.flows.plain_day import run_day

pytestmark = pytest.mark.usefixtures("dbt_in_forks")

UNTIL = date(2026, 6, 30)
_REVERSED_OR_WITHDRAWN = """
select
    (select count(*) from raw.receipt_reversals where _file_day > $day),
    (select count(*) from raw.invoices where _file_day > $day and withdrawn_on is not null),
    (select count(*) from raw.receipts where _file_day > $day and received_on < _file_day - 7)
"""

_WITHOUT_GATES = tuple(
    replace(step, run=lambda _day: ()) if step is GATE else step for step in DAILY_RUN
)
"""For the first day, which continues nothing: `test_demo.py` shows such a day pass its gates."""


def _debtors_worked_out_anew(workspace: Workspace) -> tuple[int, int] | None:
    """How many of how many, of the run that was last; None where it built the ledger whole."""
    with duckdb.connect(str(workspace.warehouse), read_only=True) as warehouse:
        return warehouse.execute(
            "select (select count(*) from intermediate.int_debtors_in_hand), "
            "(select count(*) from staging.stg_debtors) from raw.position "
            "where kept_run_id is not null"
        ).fetchone()


def _live(settings: Settings, files: Path, days: Sequence[date]) -> None:
    workspace = Workspace(settings.home)
    counts = []
    for before, day in pairwise([date.min, *days]):
        put_files_of(files, workspace.inbox, before, day)
        steps = DAILY_RUN if counts else _WITHOUT_GATES
        assert run_day(settings, day, steps=steps).exit_code == ExitCode.DONE
        counts.append(_debtors_worked_out_anew(workspace))
    first, *others = counts
    assert first is None
    assert all(one is not None and one[0] < one[1] for one in others), others
    assert any(one is not None and one[0] > 0 for one in others), others


def _marts(settings: Settings) -> dict[str, bytes]:
    current = Workspace(settings.home).current
    return {path.name: path.read_bytes() for path in (current / "marts").iterdir()}


def _going_on_gives_what_building_whole_gives(
    folder: Path, days: Sequence[date], debtors: int, replayed: Sequence[int]
) -> None:
    simulate(folder / "files", debtors=debtors, days=150, seed=5, until=UNTIL)
    settings = load_settings(folder / "home", {}, folder)
    _live(settings, folder / "files", days)
    with duckdb.connect(str(Workspace(settings.home).warehouse), read_only=True) as warehouse:
        happened = warehouse.execute(_REVERSED_OR_WITHDRAWN, {"day": days[0]}).fetchone()
    assert happened is not None
    assert all(happened), happened
    kept = _marts(settings)
    run_day(settings, days[-1], full_refresh=True)
    assert _marts(settings) == kept
    for place in replayed:
        assert replay_day(settings, days[place], days[place]).exit_code == ExitCode.DONE


def _last_working_days(number: int) -> tuple[date, ...]:
    return working_days_between(UNTIL - timedelta(days=2 * number + 7), UNTIL, "ENG")[-number:]


@pytest.mark.slow
def test_days_that_continue_each_other_equal_a_full_refresh(tmp_path: Path) -> None:
    days = (date(2026, 4, 30), *_last_working_days(2))
    _going_on_gives_what_building_whole_gives(tmp_path, days, debtors=40, replayed=(1,))


@pytest.mark.long
@pytest.mark.slow
def test_thirty_days_that_continue_each_other_equal_a_full_refresh(tmp_path: Path) -> None:
    # One more would be built whole anyway: a ledger is not kept for longer (MOST_RUNS_KEPT).
    days = (date(2026, 4, 30), *_last_working_days(MOST_RUNS_KEPT - 1))
    _going_on_gives_what_building_whole_gives(tmp_path, days, debtors=120, replayed=(5, 14, 23))
