"""The demo as a new user runs it: one command, the real programs, and the same result twice."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flows.runs.workspace import Workspace

ROOT = Path(__file__).parents[2]


def _income(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "flows.cli", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def _marts(workspace: Workspace) -> dict[str, bytes]:
    current = workspace.current_run()
    assert current is not None
    return {path.name: path.read_bytes() for path in (current / "marts").iterdir()}


@pytest.mark.slow
def test_the_demo_publishes_marts_to_look_at_and_a_second_run_changes_no_byte(
    tmp_path: Path,
) -> None:
    home = ("--home", str(tmp_path / "demo"))
    workspace = Workspace(tmp_path / "demo")
    demo = _income("demo", "--debtors", "20", "--days", "120", *home)
    assert demo.returncode == 0, demo.stderr
    assert str(workspace.current / "reports" / "index.html") in demo.stdout
    assert "step=ingest files=" in demo.stderr
    first = _marts(workspace)
    assert all(content.startswith(b"PAR1") for content in first.values())

    again = _income("run", "--as-of", "2026-06-30", "--quiet", *home)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert _marts(workspace) == first

    movements = "select sum(amount) from ledger_movements where debtor_id is not null"
    sql = f"select sum(outstanding_amount) = ({movements}) as ties from open_items"
    answer = _income("query", sql, "--format", "json", *home)
    assert json.loads(answer.stdout) == [{"ties": True}]
    assert _income("verify", *home).returncode == 0
