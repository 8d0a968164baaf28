"""One run at a time, and readers that never see half a run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from flows.errors import ExitCode, WorkspaceBusyError
from flows.processes.child import leashed
from flows.runs.workspace import Workspace

HOLD = """
import sys, time
from pathlib import Path
from flows.runs.workspace import Workspace
with Workspace(Path(sys.argv[1])).locked():
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "home")
    workspace.create()
    return workspace


def _hold_in_another_process(workspace: Workspace) -> "subprocess.Popen[str]":
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(workspace.home)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_process_reads_that_the_workspace_is_held(workspace: Workspace) -> None:
    holder = _hold_in_another_process(workspace)
    try:
        assert workspace.is_held()
        with pytest.raises(WorkspaceBusyError) as busy, workspace.locked():
            pass
        assert busy.value.exit_code == ExitCode.BUSY
        assert str(workspace.home) in str(busy.value)
    finally:
        holder.kill()
        holder.wait()


def test_a_killed_holder_leaves_no_lock_behind(workspace: Workspace) -> None:
    holder = _hold_in_another_process(workspace)
    os.kill(holder.pid, signal.SIGKILL)
    with workspace.locked():
        assert workspace.is_held()
    holder.wait()
    assert not workspace.is_held()


def test_a_leftover_lock_file_is_not_a_lock(workspace: Workspace) -> None:
    (workspace.home / ".lock").write_text("4711\n", encoding="utf-8")
    assert not workspace.is_held()
    with workspace.locked():
        pass


def test_a_command_on_the_leash_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    pid_file = tmp_path / "child_pid"
    child = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    start = (
        "import subprocess, sys\nfrom flows.processes.child import leashed\n"
        f"subprocess.run(leashed([sys.executable, '-c', {child!r}]))"
    )
    parent = subprocess.Popen([sys.executable, "-c", start])
    pid = _wait_for_pid(pid_file)
    parent.kill()
    parent.wait()
    assert _gone_within(pid, seconds=5)


def test_a_command_on_the_leash_keeps_its_words_and_its_exit_code() -> None:
    words = leashed([sys.executable, "-c", "import sys; sys.exit(len(sys.argv))", "a b", ""])
    assert subprocess.run(words, check=False).returncode == 3


def _wait_for_pid(pid_file: Path) -> int:
    for _ in range(200):
        if pid_file.exists() and pid_file.read_text():
            return int(pid_file.read_text())
        time.sleep(0.05)
    raise AssertionError("the child never started")


def _gone_within(pid: int, *, seconds: float) -> bool:
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def _commit_database(workspace: Workspace, name: str, figure: int) -> Path:
    built = workspace.building / name
    built.mkdir()
    with duckdb.connect(str(built / "marts.duckdb")) as connection:
        connection.execute(f"create table figures as select {figure} as figure")
    return workspace.commit(built)


def test_an_open_reader_keeps_working_while_a_run_writes_and_swaps(workspace: Workspace) -> None:
    workspace.swap_current(_commit_database(workspace, "first", 1))
    database = workspace.current / "marts.duckdb"
    with duckdb.connect(str(database.resolve()), read_only=True) as reader:
        workspace.swap_current(_commit_database(workspace, "second", 2))
        assert reader.execute("select figure from figures").fetchall() == [(1,)]
    with duckdb.connect(str(database.resolve()), read_only=True) as later:
        assert later.execute("select figure from figures").fetchall() == [(2,)]


def test_there_is_a_current_run_at_every_moment_of_many_swaps(workspace: Workspace) -> None:
    folders = [_commit_database(workspace, name, 1) for name in ("first", "second")]
    workspace.swap_current(folders[0])
    watch = (
        "import sys, time\nfrom pathlib import Path\ncurrent = Path(sys.argv[1])\n"
        "end = time.monotonic() + 2\nlooks = 0\nprint('watching', flush=True)\n"
        "while time.monotonic() < end:\n"
        "    assert (current / 'marts.duckdb').stat().st_size > 0\n    looks += 1\n"
        "print(looks)"
    )
    watcher = subprocess.Popen(
        [sys.executable, "-c", watch, str(workspace.current)], stdout=subprocess.PIPE, text=True
    )
    assert watcher.stdout is not None
    assert watcher.stdout.readline() == "watching\n"
    swaps = 0
    while watcher.poll() is None:
        swaps += 1
        workspace.swap_current(folders[swaps % 2])
    assert watcher.returncode == 0
    assert int(watcher.stdout.read()) > 100
    assert swaps > 10


def test_the_link_to_the_current_run_is_relative_so_that_a_workspace_can_be_moved(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.swap_current(_commit_database(workspace, "first", 1))
    workspace.home.rename(tmp_path / "moved")
    moved = Workspace(tmp_path / "moved")
    assert moved.current_run() == moved.runs / "first"


def test_folders_with_personal_data_are_for_their_owner_only(workspace: Workspace) -> None:
    for folder in (workspace.quarantine, workspace.warehouse.parent, workspace.scratch):
        assert folder.stat().st_mode & 0o077 == 0
