"""A new workspace begins with what dbt read of the project at installation."""

from pathlib import Path

import pytest

from flows import parsed_project
from flows.parsed_project import begin_with_what_was_read
from flows.settings import load_settings
from flows.transform import DbtFolders, read_project
from flows.workspace import Workspace


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "parsed" / "partial_parse.msgpack"
    path.parent.mkdir()
    path.write_bytes(b"read at installation")
    monkeypatch.setattr(parsed_project, "_KEPT", path)
    return path


def test_a_new_workspace_takes_what_was_read_and_an_old_one_keeps_its_own(
    kept: Path, tmp_path: Path
) -> None:
    begin_with_what_was_read(tmp_path)
    taken = tmp_path / kept.name
    assert taken.read_bytes() == b"read at installation"
    taken.write_bytes(b"read by a run")
    begin_with_what_was_read(tmp_path)
    assert taken.read_bytes() == b"read by a run"


def test_where_nothing_was_kept_dbt_reads_for_itself(kept: Path, tmp_path: Path) -> None:
    kept.unlink()
    begin_with_what_was_read(tmp_path)
    assert not (tmp_path / kept.name).exists()


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
