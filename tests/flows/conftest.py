"""Workspaces with published days, made with the quick replacements once for all tests of a process.

A test that continues such a day takes a copy: `continued_from`.
"""

from collections.abc import Iterator

import pytest

from flows.processes import dbt_process
from flows.runs.workspace import Workspace
from flows.settings import load_settings
from tests.flows import quick_day
from tests.flows.forked_days import run_dbt_forked
from tests.flows.plain_day import run_day


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a published day; read it, do not change it."""
    home = tmp_path_factory.mktemp("published") / "home"
    quick_day.put_first_files(home / "inbox")
    quick_day.put_second_files(home / "inbox")
    with pytest.MonkeyPatch.context() as patch:
        quick_day.stand_in(patch, quick_day.gates(write_off="failed"))
        run_day(load_settings(home, {}, home), quick_day.SECOND_DAY)
    return Workspace(home)


@pytest.fixture(scope="session")
def after_first_day(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace whose first day is published; copy it, do not change it."""
    home = tmp_path_factory.mktemp("after_first_day") / "home"
    quick_day.put_first_files(home / "inbox")
    with pytest.MonkeyPatch.context() as patch:
        quick_day.stand_in(patch)
        run_day(load_settings(home, {}, home), quick_day.FIRST_DAY)
    return Workspace(home)


@pytest.fixture(scope="session")
def after_second_day(
    after_first_day: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Workspace:
    """A workspace whose first two days are published; copy it, do not change it."""
    home = tmp_path_factory.mktemp("after_second_day") / "home"
    settings = quick_day.continued_from(after_first_day, home)
    quick_day.put_second_files(home / "inbox")
    with pytest.MonkeyPatch.context() as patch:
        quick_day.stand_in(patch)
        run_day(settings, quick_day.SECOND_DAY)
    return Workspace(home)


@pytest.fixture(scope="module")
def dbt_in_forks() -> Iterator[None]:
    """Days of the real models run dbt's commands in forks of a process that has loaded dbt."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt_process, "run_dbt", run_dbt_forked)
        yield
