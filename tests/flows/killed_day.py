"""A run that kills itself at a named point: `python -m tests.flows.killed_day HOME DAY POINT`.

A point is `before <function>` or `after <function>`; the process is gone by SIGKILL at that moment,
as if the machine had stopped. `never` runs to the end.
Days that were missed are caught up first.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from flows.settings import load_settings
from tests.flows import quick_day
from tests.flows.plain_day import run_days

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


def main(home: str, day: str, point: str) -> None:
    """Runs with quick replacements and kills itself at the point."""
    patch = pytest.MonkeyPatch()
    quick_day.stand_in(patch)
    if point != NEVER:
        _arm(patch, point)
    run_days(load_settings(Path(home), {}, Path.cwd()), date.fromisoformat(day))


if __name__ == "__main__":
    main(*sys.argv[1:])
