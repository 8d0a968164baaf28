"""Workspaces with published days, made with the quick replacements once for all tests of a process.

A test that goes on from such a day takes a copy: `continued_from`.
"""

import pytest

from flows.runs.workspace import Workspace
from flows.settings import load_settings
from tests.flows import quick_day
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
