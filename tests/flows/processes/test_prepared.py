"""A new workspace begins with what was made at installation: what dbt read, Prefect's database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.processes import prepared
from flows.processes.dbt_process import DbtFolders, read_project
from flows.processes.prefect_server import start_prefect
from flows.processes.prepared import (
    PARSED,
    begin_with_a_database,
    begin_with_what_was_read,
    prepared_database,
)
from flows.runs.workspace import Workspace
from flows.settings import load_settings


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "prepared"
    folder.mkdir()
    monkeypatch.setattr(prepared, "PREPARED", folder)
    (folder / PARSED).write_bytes(b"read at installation")
    with closing(sqlite3.connect(prepared_database())) as database:
        database.execute("create table made_at_installation (id int)")
    return folder


def _made_at_installation(database: Path) -> bool:
    with closing(sqlite3.connect(database)) as found:
        tables = found.execute("select name from sqlite_master").fetchall()
    return ("made_at_installation",) in tables


def test_a_new_workspace_takes_what_was_read_and_an_old_one_keeps_its_own(
    kept: Path, tmp_path: Path
) -> None:
    begin_with_what_was_read(tmp_path)
    taken = tmp_path / PARSED
    assert taken.read_bytes() == (kept / PARSED).read_bytes()
    taken.write_bytes(b"read by a run")
    begin_with_what_was_read(tmp_path)
    assert taken.read_bytes() == b"read by a run"


def test_a_new_workspace_takes_the_database_and_an_old_one_keeps_its_own(
    kept: Path, tmp_path: Path
) -> None:
    assert kept.exists()
    assert begin_with_a_database(tmp_path)
    assert _made_at_installation(tmp_path / "prefect.db")
    (tmp_path / "prefect.db").write_bytes(b"of earlier runs")
    assert not begin_with_a_database(tmp_path)
    assert (tmp_path / "prefect.db").read_bytes() == b"of earlier runs"


def test_a_copy_that_was_not_finished_is_not_taken_for_the_database(
    kept: Path, tmp_path: Path
) -> None:
    assert kept.exists()
    (tmp_path / ".prefect.db.new").write_bytes(b"half")
    assert begin_with_a_database(tmp_path)
    assert _made_at_installation(tmp_path / "prefect.db")


def test_the_database_of_another_version_of_prefect_is_not_taken(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept.exists()
    monkeypatch.setattr(prepared, "version", lambda _: "0.0.1")
    assert not begin_with_a_database(tmp_path)
    assert not (tmp_path / "prefect.db").exists()


def test_where_nothing_was_kept_dbt_and_prefect_work_for_themselves(
    kept: Path, tmp_path: Path
) -> None:
    (kept / PARSED).unlink()
    prepared_database().unlink()
    begin_with_what_was_read(tmp_path)
    assert not begin_with_a_database(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"prepared"}


@pytest.mark.parametrize("named", [None, "PREFECT_API_DATABASE_CONNECTION_URL"])
def test_a_database_that_the_user_names_is_not_taken_for_migrated(
    named: str | None, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server itself is not started: the marker says whether it would have to migrate."""
    assert kept.exists()
    workspace = Workspace(tmp_path / "home")
    workspace.create()
    environ = {} if named is None else {named: "postgresql://elsewhere/prefect"}
    marks = workspace.prefect_home.glob

    def no_server(*_: object, **__: object) -> None:
        raise InterruptedError

    monkeypatch.setattr("flows.processes.prefect_server.subprocess.Popen", no_server)
    monkeypatch.setattr("flows.processes.prefect_server.os.environ", {})
    with pytest.raises(InterruptedError):
        start_prefect(load_settings(workspace.home, environ), workspace)
    assert [path.name.split("-")[0] for path in marks("migrated-*")] == ["migrated"] * (not named)


@pytest.mark.slow
def test_what_one_workspace_read_another_need_not_read_again(tmp_path: Path) -> None:
    read = []
    for name in ("one", "other"):
        workspace = Workspace(tmp_path / name)
        workspace.create()
        folders = DbtFolders(workspace.warehouse, workspace.dbt_target, workspace.dbt_logs)
        parsed = folders.target / "partial_parse.msgpack"
        if read:
            parsed.write_bytes(read[0])
        read_project(load_settings(workspace.home), folders)
        read.append(parsed.read_bytes())
        log = (folders.logs / "dbt.log").read_text(encoding="utf-8")
        assert ("Unable to do partial parsing" in log) == (name == "one")
