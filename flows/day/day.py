"""One run for one position, and the outcome of a published run."""

import logging
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flows.errors import ExitCode
from flows.runs.chain import PublishedRun
from flows.runs.manifest import FAILED
from flows.runs.workspace import Workspace
from flows.settings import Settings

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Day:
    """One run for one position, while it holds the workspace.

    Attributes:
        chain: The runs published before, oldest first.
        lock: The file descriptor of the workspace's lock.
        full_refresh: Build the kept models from nothing.
        is_replay: Whether a past position is calculated again in a separate folder.
        is_caught_up: Whether the day was missed and is run later.
        later: For a replay, the runs published after those of `chain`.
    """

    settings: Settings
    workspace: Workspace
    run_id: str
    as_of: date
    known_at: date
    started_at: datetime
    chain: tuple[PublishedRun, ...]
    lock: int
    full_refresh: bool = False
    is_replay: bool = False
    is_caught_up: bool = False
    later: tuple[PublishedRun, ...] = ()

    @property
    def previous(self) -> PublishedRun | None:
        """The run published last."""
        return self.chain[-1] if self.chain else None

    @property
    def folder(self) -> Path:
        """Where the run builds what it will publish."""
        return self.workspace.building / f"{self.as_of}_{self.run_id}"

    def log(self, step: str, message: str) -> None:
        """Writes one line of progress: counts and ids of runs, never personal data."""
        LOG.info("run_id=%s step=%s %s", self.run_id, step, message)


@dataclass(frozen=True)
class RunOutcome:
    """The result of a published run.

    Attributes:
        caught_up: The missed days that were run before it.
    """

    run_id: str
    folder: Path
    manifest: dict[str, Any]
    caught_up: tuple["RunOutcome", ...] = field(default=(), kw_only=True)

    @property
    def days(self) -> tuple["RunOutcome", ...]:
        """The days that were run, in order, this one last."""
        return (*self.caught_up, self)

    @property
    def exit_code(self) -> ExitCode:
        """DONE, or WITHHELD where a gate withheld an output on one of the days."""
        gates = (gate for day in self.days for gate in day.manifest["gates"])
        failed = any(gate["status"] == FAILED for gate in gates)
        return ExitCode.WITHHELD if failed else ExitCode.DONE

    @property
    def withheld(self) -> tuple[str, ...]:
        """The marts that were not published."""
        return tuple(mart for gate in self.manifest["gates"] for mart in gate["withheld"])
