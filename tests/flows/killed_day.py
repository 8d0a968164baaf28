"""Runs that kill themselves at a named point: `python -m tests.flows.killed_day` reads them.

A point is `before <function>` or `after <function>`; the process is gone by SIGKILL at that moment,
as if the machine had stopped. `never` runs to the end.
Days that were missed are caught up first.

To load the product takes a process as long as its day. So each run is a fork of one process that
has loaded it, holds no warehouse and has run no day.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from flows.settings import load_settings
from tests.flows import quick_day
from tests.flows.plain_day import run_days

ROOT = Path(__file__).parents[2]
LOADED = ("ingestion.intake.inbox", "reports.letters.letters", "reports.letters.packs")
"""What a day imports late, because quick commands do without it."""

RunDay = Callable[[Path, date, str], int]
"""Runs a workspace's day up to a point and returns the exit code of its process."""

NEVER = "never"
POINTS = (
    "before flows.runs.journal.write_attempt",
    "after flows.runs.journal.write_attempt",
    "after ingestion.intake.warehouse.forget_unfinished_runs",
    "before ingestion.intake.inbox.take_inbox",
    "before ingestion.intake.inbox.write_refused",
    "after ingestion.intake.inbox.write_refused",
    "after ingestion.intake.inbox.take_inbox",
    "after ingestion.intake.warehouse.set_position",
    "before flows.day.steps.build_models",
    "after flows.day.steps.build_models",
    "after flows.day.steps.export_marts",
    "after flows.day.steps.write_database",
    "before flows.day.steps.seal",
    "after flows.day.steps.seal",
    "before flows.runs.workspace.Workspace.commit",
    "before flows.runs.workspace.Workspace.clear_building",
    "after flows.runs.workspace.Workspace.commit",
    "before flows.runs.workspace.Workspace.swap_current",
    "after flows.runs.workspace.Workspace.swap_current",
    "before ingestion.intake.inbox.archive",
    "after shutil.move",
    "after ingestion.intake.inbox.archive",
    "before flows.runs.crash_recovery.write_settled",
    "after flows.runs.crash_recovery.write_settled",
)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(patch: pytest.MonkeyPatch, point: str) -> None:
    moment, _, place = point.partition(" ")
    holder, name = _resolve(place)
    original: Callable[..., Any] = getattr(holder, name)

    def deadly(*places: object, **names: object) -> object:
        if moment == "before":
            _die()
        result = original(*places, **names)
        _die()
        return result

    patch.setattr(holder, name, deadly)


def _resolve(place: str) -> tuple[Any, str]:
    path, _, name = place.rpartition(".")
    try:
        return import_module(path), name
    except ModuleNotFoundError:
        module, _, holder = path.rpartition(".")
        return getattr(import_module(module), holder), name


def run_killed(home: Path, day: date, point: str) -> None:
    """Runs with quick replacements and kills itself at the point."""
    patch = pytest.MonkeyPatch()
    quick_day.stand_in(patch)
    if point != NEVER:
        _arm(patch, point)
    run_days(load_settings(home, {}, Path.cwd()), day)


def _fork(home: Path, day: date, point: str) -> int:
    """Runs in a process of its own; its exit code, negative where a signal ended it."""
    process = os.fork()
    if process == 0:
        try:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            run_killed(home, day, point)
            os._exit(0)
        finally:
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


@contextmanager
def killed_days() -> Iterator[RunDay]:
    """A function that runs a day in a process of its own and returns the exit code."""
    words = [sys.executable, "-m", "tests.flows.killed_day"]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        asked, answers = process.stdin, process.stdout
        assert asked is not None
        assert answers is not None

        def run(home: Path, day: date, point: str) -> int:
            asked.write(f"{json.dumps([str(home), str(day), point])}\n")
            asked.flush()
            return int(answers.readline())

        yield run


def main() -> None:
    """Reads runs, one line of JSON each, and answers with their exit codes."""
    for name in LOADED:
        import_module(name)
    for line in sys.stdin:
        home, day, point = json.loads(line)
        sys.stdout.write(f"{_fork(Path(home), date.fromisoformat(day), point)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
