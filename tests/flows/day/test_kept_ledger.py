"""When a run continues the ledger of the run before it, and when it builds the whole ledger."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.day import kept_ledger, steps
from flows.day.order import DAILY_RUN
from flows.processes.dbt_process import DbtFolders, TransformOutcome
from flows.runs.workspace import Workspace
from flows.settings import Settings, load_settings
from tests.flows import quick_day
from tests.flows.plain_day import run_day
from tests.flows.quick_day import FIRST_DAY, SECOND_DAY, put_first_files, put_second_files


@pytest.fixture
def settings(
    after_first_day: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A workspace whose first run, which built the whole ledger, is published."""
    quick_day.stand_in(monkeypatch)
    return quick_day.continued_from(after_first_day, tmp_path / "home")


@pytest.fixture
def built_whole(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each build from now on, whether it was of the whole ledger."""
    quick_day.stand_in(monkeypatch)
    builds: list[bool] = []

    def build(settings: Settings, folders: DbtFolders, **more: object) -> TransformOutcome:
        builds.append(bool(more["full_refresh"]))
        return quick_day.build_quickly(settings, folders)

    monkeypatch.setattr(steps, "build_models", build)
    return builds


def test_the_first_run_builds_the_whole_ledger_and_the_next_continues_it(
    built_whole: list[bool], tmp_path: Path
) -> None:
    settings = load_settings(tmp_path / "home", {}, tmp_path)
    put_first_files(settings.home / "inbox")
    run_day(settings, FIRST_DAY)
    put_second_files(Workspace(settings.home).inbox)
    run_day(settings, SECOND_DAY)
    assert built_whole == [True, False]


def test_a_run_of_the_same_position_continues_it_as_well(
    settings: Settings, built_whole: list[bool]
) -> None:
    run_day(settings, FIRST_DAY)
    assert built_whole == [False]


def test_a_full_refresh_builds_the_whole_ledger(
    settings: Settings, built_whole: list[bool]
) -> None:
    run_day(settings, FIRST_DAY, full_refresh=True)
    run_day(settings, SECOND_DAY)
    assert built_whole == [True, False]


def test_other_code_or_libraries_build_the_whole_ledger(
    settings: Settings, built_whole: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_ledger, "code_version", lambda: "0.1.0+another")
    run_day(settings, SECOND_DAY)
    assert built_whole == [True]


@pytest.mark.parametrize("broken", ["gate", "export", "report", "commit"])
def test_after_a_run_that_was_not_published_the_whole_ledger_is_built(
    settings: Settings, built_whole: list[bool], broken: str
) -> None:
    breaking = [replace(step, run=_fail) if step.name == broken else step for step in DAILY_RUN]
    with pytest.raises(RuntimeError):
        run_day(settings, SECOND_DAY, steps=breaking)
    run_day(settings, SECOND_DAY)
    assert built_whole[-1]


def _fail(*_words: object) -> None:
    raise RuntimeError


def test_a_clock_that_was_put_back_builds_the_whole_ledger(
    settings: Settings, built_whole: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.calendar.new_run_id", lambda _now: "20200101T000000000000Z")
    run_day(settings, SECOND_DAY)
    assert built_whole == [True]


def test_the_whole_ledger_is_built_at_regular_intervals(
    settings: Settings, built_whole: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_ledger, "MOST_RUNS_KEPT", 2)
    for days in range(1, 5):
        run_day(settings, date(2026, 6, 1) + timedelta(days=days))
    assert built_whole == [False, True, False, True]
