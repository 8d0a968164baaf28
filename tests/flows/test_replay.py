"""A replay recomputes a past day into a folder of its own and touches nothing else."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from flows.errors import ExitCode, NothingToWorkOnError, UsageError, WorkspaceBusyError
from flows.replay import copy_raw_tables, replay_day
from flows.settings import Settings, load_settings
from flows.steps import run_day
from flows.workspace import Workspace
from tests.flows import quick_day
from tests.flows.quick_day import FIRST_DAY, SECOND_DAY, put_first_files, put_second_files


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A workspace with two published days."""
    quick_day.stand_in(monkeypatch)
    settings = load_settings(tmp_path / "home", {}, tmp_path)
    for day, put in ((FIRST_DAY, put_first_files), (SECOND_DAY, put_second_files)):
        put(settings.home / "inbox")
        run_day(settings, day)
    return settings


def _marts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "marts").iterdir()}


def _state(workspace: Workspace) -> dict[str, str]:
    files = [*workspace.published.rglob("*"), workspace.warehouse, *workspace.inbox.rglob("*")]
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()
    }


def test_a_replay_equals_the_run_published_for_that_pair_byte_for_byte(settings: Settings) -> None:
    outcome = replay_day(settings, FIRST_DAY, FIRST_DAY)
    (published,) = Workspace(settings.home).runs.glob(f"{FIRST_DAY}_*")
    assert _marts(outcome.folder) == _marts(published)
    assert outcome.exit_code == ExitCode.DONE


def test_a_replay_has_the_shape_of_a_published_run_but_stands_in_no_chain(
    settings: Settings, tmp_path: Path
) -> None:
    outcome = replay_day(settings, FIRST_DAY, SECOND_DAY, tmp_path / "told")
    assert outcome.folder == tmp_path / "told"
    manifest = json.loads((outcome.folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["status"], manifest["previous_manifest_sha256"]) == ("replayed", None)
    assert (manifest["as_of_date"], manifest["known_at"]) == (str(FIRST_DAY), str(SECOND_DAY))
    assert (outcome.folder / "reports" / "index.html").exists()
    assert (outcome.folder / "restricted").stat().st_mode & 0o077 == 0


def test_a_replay_touches_neither_warehouse_nor_inbox_nor_what_is_published(
    settings: Settings,
) -> None:
    workspace = Workspace(settings.home)
    before = _state(workspace)
    replay_day(settings, FIRST_DAY, FIRST_DAY)
    assert _state(workspace) == before


def test_the_workspace_is_free_again_while_a_replay_computes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, held = Workspace(settings.home), []

    def look(*places: object, **names: object) -> object:
        held.append(workspace.is_held())
        return quick_day.build_quickly(*places, **names)  # type: ignore[arg-type]

    monkeypatch.setattr("flows.steps.build_models", look)
    replay_day(settings, FIRST_DAY, FIRST_DAY)
    assert held == [False]


def test_raw_tables_are_copied_under_the_lock(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, held = Workspace(settings.home), []

    def look(warehouse: Path, copy: Path, runs: set[str]) -> None:
        held.append(workspace.is_held())
        copy_raw_tables(warehouse, copy, runs)

    monkeypatch.setattr("flows.replay.copy_raw_tables", look)
    replay_day(settings, FIRST_DAY, FIRST_DAY)
    assert held == [True]


def test_a_replay_of_a_held_workspace_says_so(settings: Settings) -> None:
    with Workspace(settings.home).locked(), pytest.raises(WorkspaceBusyError):
        replay_day(settings, FIRST_DAY, FIRST_DAY)


def test_an_output_that_holds_something_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(UsageError, match="--output"):
        replay_day(settings, FIRST_DAY, FIRST_DAY, tmp_path)


def test_an_empty_folder_may_be_the_output(settings: Settings, tmp_path: Path) -> None:
    output = tmp_path / "empty"
    output.mkdir()
    assert replay_day(settings, FIRST_DAY, FIRST_DAY, output).folder == output
    assert (output / "manifest.json").is_file()


def test_a_day_before_any_invoice_was_known_has_nothing_to_replay(settings: Settings) -> None:
    with pytest.raises(NothingToWorkOnError, match="2026-05-01"):
        replay_day(settings, date(2026, 5, 1), date(2026, 5, 1))
    assert list((settings.home / "replays").iterdir()) == []
