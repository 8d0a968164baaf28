"""A run that is killed leaves the last good run to readers, and the next run completes the day."""

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.chain import verify_chain
from flows.journal import read_settled
from flows.workspace import Workspace
from tests.flows.killed_day import NEVER, POINTS
from tests.flows.quick_day import FIRST_DAY, SECOND_DAY, put_first_files, put_second_files

ROOT = Path(__file__).parents[2]


def _run(home: Path, day: date, point: str = NEVER) -> int:
    words = [sys.executable, "-m", "tests.flows.killed_day", str(home), str(day), point]
    return subprocess.run(words, cwd=ROOT, check=False).returncode


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


def _two_undisturbed_days(home: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    marts = []
    for day, put in ((FIRST_DAY, put_first_files), (SECOND_DAY, put_second_files)):
        put(home / "inbox")
        assert _run(home, day) == 0
        marts.append(_current_marts(Workspace(home)))
    return marts[0], marts[1]


@pytest.mark.kill
def test_killed_at_each_point_of_a_day_readers_keep_a_whole_run_and_the_day_completes(
    tmp_path: Path,
) -> None:
    first_day, second_day = _two_undisturbed_days(tmp_path / "undisturbed")
    workspace = Workspace(tmp_path / "killed")
    put_first_files(workspace.inbox)
    assert _run(workspace.home, FIRST_DAY) == 0
    put_second_files(workspace.inbox)
    for point in POINTS:
        assert _run(workspace.home, SECOND_DAY, point) == -signal.SIGKILL, point
        assert _current_marts(workspace) in (first_day, second_day), point
    assert _run(workspace.home, SECOND_DAY) == 0
    assert _current_marts(workspace) == second_day
    assert [path for path in workspace.inbox.iterdir() if path.is_file()] == []
    archived = [path.name for path in (workspace.inbox / "archive").glob("*/*.csv")]
    assert sorted(archived) == [
        "debtors_20260601.csv",
        "invoices_20260601.csv",
        "invoices_20260602.csv",
        "services_20260601.csv",
    ]
