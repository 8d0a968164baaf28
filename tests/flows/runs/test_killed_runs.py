"""A run that is killed leaves the last good run to readers, and the next run completes the day."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.runs.chain import verify_chain
from flows.runs.journal import read_settled
from flows.runs.workspace import Workspace
from ingestion.simulator import simulate
from tests.flows.arrivals import put_files_of
from tests.flows.killed_day import NEVER, POINTS, RunDay, killed_days
from tests.flows.quick_day import FIRST_DAY, SECOND_DAY, put_first_files, put_second_files

ROOT = Path(__file__).parents[3]


@pytest.fixture
def run() -> Iterator[RunDay]:
    """Runs a day in a process of its own, which kills itself where a point is named."""
    with killed_days() as run:
        yield run


def _current_marts(workspace: Workspace) -> dict[str, bytes]:
    """The bytes of what readers see, after a look at whether all of it is whole."""
    noted = read_settled(workspace)
    verification = verify_chain(workspace.runs, None, noted.manifest_sha256 if noted else None)
    assert verification.finding is None
    current = workspace.current_run()
    assert current is not None
    with duckdb.connect(str(current / "marts.duckdb"), read_only=True) as marts:
        assert marts.execute("select count(*) > 0 from open_items").fetchone() == (True,)
    return {path.name: path.read_bytes() for path in (current / "marts").iterdir()}


def _two_undisturbed_days(run: RunDay, home: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    marts = []
    for day, put in ((FIRST_DAY, put_first_files), (SECOND_DAY, put_second_files)):
        put(home / "inbox")
        assert run(home, day, NEVER) == 0
        marts.append(_current_marts(Workspace(home)))
    return marts[0], marts[1]


@pytest.mark.kill
def test_killed_at_each_point_of_a_day_readers_keep_a_whole_run_and_the_day_completes(
    run: RunDay, tmp_path: Path
) -> None:
    first_day, second_day = _two_undisturbed_days(run, tmp_path / "undisturbed")
    workspace = Workspace(tmp_path / "killed")
    put_first_files(workspace.inbox)
    assert run(workspace.home, FIRST_DAY, NEVER) == 0
    put_second_files(workspace.inbox)
    for point in POINTS:
        assert run(workspace.home, SECOND_DAY, point) == -signal.SIGKILL, point
        assert _current_marts(workspace) in (first_day, second_day), point
    assert run(workspace.home, SECOND_DAY, NEVER) == 0
    assert _current_marts(workspace) == second_day
    assert [path for path in workspace.inbox.iterdir() if path.is_file()] == []
    archived = [path.name for path in (workspace.inbox / "archive").glob("*/*.csv")]
    assert sorted(archived) == [
        "debtors_20260601.csv",
        "invoices_20260601.csv",
        "invoices_20260602.csv",
        "services_20260601.csv",
    ]


REAL_DAY = (
    "import sys\nfrom datetime import date\nfrom pathlib import Path\n"
    "from flows.settings import load_settings\nfrom tests.flows.plain_day import run_day\n"
    "run_day(load_settings(Path(sys.argv[1])), date.fromisoformat(sys.argv[2]))"
)
REAL_FIRST = date(2026, 6, 29)
REAL_SECOND = date(2026, 6, 30)
MOMENTS = (0.5, 0.95)
"""When to kill, as parts of the time that an undisturbed day takes."""


def _simulated_files(folder: Path) -> Path:
    simulate(folder, debtors=15, days=90, seed=7, until=REAL_SECOND)
    return folder


def _start_real_day(home: Path, day: date) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", REAL_DAY, str(home), str(day)], cwd=ROOT)


def _start_command(home: Path, day: date) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "flows.cli", "run", "--home", str(home), "--as-of", str(day)]
    return subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def _processes_of(home: Path) -> list[str]:
    """Command lines of all processes whose environment or words name the workspace."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            if str(home).encode() in words + (process / "environ").read_bytes():
                found.append(words.decode(errors="replace"))
        except OSError:
            continue
    return found


def _all_gone_soon(home: Path) -> bool:
    give_up_at = time.monotonic() + 10
    while _processes_of(home) and time.monotonic() < give_up_at:
        time.sleep(0.1)
    return _processes_of(home) == []


@pytest.mark.kill
@pytest.mark.long
@pytest.mark.slow
def test_real_runs_killed_at_any_moment_leave_whole_marts_no_process_and_no_other_figure(
    tmp_path: Path,
) -> None:
    files = _simulated_files(tmp_path / "files")
    undisturbed, killed = Workspace(tmp_path / "undisturbed"), Workspace(tmp_path / "killed")
    put_files_of(files, undisturbed.inbox, date.min, REAL_FIRST)
    assert _start_real_day(undisturbed.home, REAL_FIRST).wait() == 0
    first_day = _current_marts(undisturbed)
    shutil.copytree(undisturbed.home, killed.home, symlinks=True)
    for workspace in (undisturbed, killed):
        put_files_of(files, workspace.inbox, REAL_FIRST, REAL_SECOND)
    started = time.monotonic()
    assert _start_real_day(undisturbed.home, REAL_SECOND).wait() == 0
    length = timedelta(seconds=time.monotonic() - started)
    second_day = _current_marts(undisturbed)
    assert second_day != first_day

    for moment in MOMENTS:
        run = _start_real_day(killed.home, REAL_SECOND)
        time.sleep((length * moment).total_seconds())
        run.kill()
        run.wait()
        assert _all_gone_soon(killed.home), f"killed after {moment} of the day"
        assert _current_marts(killed) in (first_day, second_day), f"killed after {moment}"

    for step in ("step=start", "step=ingest"):
        command = _start_command(killed.home, REAL_SECOND)
        assert command.stderr is not None
        for line in command.stderr:
            if step in line:
                break
        command.kill()
        command.wait()
        assert _all_gone_soon(killed.home), f"killed at {step}"
        assert _current_marts(killed) in (first_day, second_day), f"killed at {step}"

    last = _start_command(killed.home, REAL_SECOND)
    _, errors = last.communicate()
    assert last.returncode == 0, errors
    assert _current_marts(killed) == second_day
    assert _all_gone_soon(killed.home)
