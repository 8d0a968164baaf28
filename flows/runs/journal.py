"""What the workspace records between runs, outside the published folders.

`scratch/attempt.json` describes the latest run, finished or not; `scratch/settled.json` names the
newest run whose link and archive are done. If one is lost, the next run only repeats work.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from flows.runs.workspace import Workspace, write_whole


@dataclass(frozen=True)
class Attempt:
    """One start of a run; `ended_at` stays None where it was killed."""

    run_id: str
    as_of_date: str
    known_at: str
    started_at: str
    ended_at: str | None = None
    exit_code: int | None = None
    message: str | None = None

    def ended(self, at: str, exit_code: int, message: str | None) -> "Attempt":
        """The same attempt, ended."""
        return replace(self, ended_at=at, exit_code=exit_code, message=message)


@dataclass(frozen=True)
class Settled:
    """The newest published run whose link and archive are done."""

    run_folder: str
    manifest_sha256: str


def new_attempt(run_id: str, as_of: date, known_at: date, started_at: str) -> Attempt:
    """The attempt that begins now."""
    return Attempt(run_id, as_of.isoformat(), known_at.isoformat(), started_at)


def write_attempt(workspace: Workspace, attempt: Attempt) -> None:
    """Notes the latest attempt."""
    _write(_attempt_file(workspace), asdict(attempt))


def read_attempt(workspace: Workspace) -> Attempt | None:
    """The latest attempt, or None where none is known."""
    noted = _read(_attempt_file(workspace))
    return None if noted is None else Attempt(**noted)


def write_settled(workspace: Workspace, settled: Settled) -> None:
    """Notes that link and archive of a run are done."""
    _write(_settled_file(workspace), asdict(settled))


def read_settled(workspace: Workspace) -> Settled | None:
    """The newest run whose link and archive are done, or None where none is known."""
    noted = _read(_settled_file(workspace))
    return None if noted is None else Settled(**noted)


def _attempt_file(workspace: Workspace) -> Path:
    return workspace.scratch / "attempt.json"


def _settled_file(workspace: Workspace) -> Path:
    return workspace.scratch / "settled.json"


def _write(path: Path, content: dict[str, object]) -> None:
    write_whole(path, json.dumps(content, indent=2) + "\n")


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return content if isinstance(content, dict) else None
