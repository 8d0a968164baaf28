"""One run while it holds the workspace: how it begins and how it is noted to have ended."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flows import calendar
from flows.errors import ExitCode, IncomeError, UsageError
from flows.runs import journal
from flows.runs.chain import PublishedRun, read_chain, read_run
from flows.runs.crash_recovery import recover
from flows.runs.manifest import FAILED
from flows.runs.workspace import Workspace
from flows.settings import Settings, switch_telemetry_off

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Day:
    """One run for one position, while it holds the workspace."""

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
    """For a replay, the runs published after those of `chain`."""

    @property
    def previous(self) -> PublishedRun | None:
        """The run published last."""
        return self.chain[-1] if self.chain else None

    @property
    def folder(self) -> Path:
        """Where the run builds what it will publish."""
        return self.workspace.building / f"{self.as_of}_{self.run_id}"

    def say(self, step: str, message: str) -> None:
        """One line of progress; carries counts and ids of runs, never personal data."""
        LOG.info("run_id=%s step=%s %s", self.run_id, step, message)


@dataclass(frozen=True)
class RunOutcome:
    """What a published run brought, and the missed days that were caught up before it."""

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
        """Done, or a gate withheld an output on one of the days."""
        gates = (gate for day in self.days for gate in day.manifest["gates"])
        failed = any(gate["status"] == FAILED for gate in gates)
        return ExitCode.WITHHELD if failed else ExitCode.DONE

    @property
    def withheld(self) -> tuple[str, ...]:
        """The marts that were not published."""
        return tuple(mart for gate in self.manifest["gates"] for mart in gate["withheld"])


@contextmanager
def open_day(
    settings: Settings,
    as_of: date,
    known_at: date,
    *,
    full_refresh: bool = False,
    is_caught_up: bool = False,
) -> Iterator[Day]:
    """Takes the workspace, mends what an earlier run left undone and begins a run.

    Args:
        settings: The settings of the workspace.
        as_of: The day whose position is computed.
        known_at: What is known by then counts.
        full_refresh: Build the kept models from nothing.
        is_caught_up: The day was missed; files without a day in their name wait for a later run.

    Raises:
        WorkspaceBusyError: Another run holds the workspace.
        UsageError: The position lies before the last published one.
        BrokenChainError: A published run was altered or is missing.
    """
    switch_telemetry_off()
    workspace = Workspace(settings.home)
    with workspace.locked() as lock:
        workspace.create()
        chain = read_chain(workspace.runs)
        refuse_going_back(chain[-1] if chain else None, as_of, known_at)
        recover(workspace, chain)
        started_at = calendar.now()
        run_id = calendar.new_run_id(started_at)
        attempt = journal.new_attempt(run_id, as_of, known_at, started_at.isoformat())
        journal.write_attempt(workspace, attempt)
        day = Day(
            settings,
            workspace,
            run_id,
            as_of,
            known_at,
            started_at,
            chain,
            lock,
            full_refresh,
            is_caught_up=is_caught_up,
        )
        day.say("begin", f"as_of={as_of} known_at={known_at}")
        try:
            yield day
        except Exception as failure:
            code = failure.exit_code if isinstance(failure, IncomeError) else ExitCode.DEFECT
            _note_end(day, attempt, code, str(failure))
            raise
        ended = read_run(workspace.runs / day.folder.name)
        _note_end(
            day, attempt, RunOutcome(run_id, ended.folder, dict(ended.manifest)).exit_code, None
        )


def _note_end(day: Day, attempt: journal.Attempt, code: ExitCode, message: str | None) -> None:
    at = calendar.now().isoformat()
    journal.write_attempt(day.workspace, attempt.ended(at, int(code), message))


def refuse_going_back(last: PublishedRun | None, as_of: date, known_at: date) -> None:
    """A run may repeat the last published position or go on from it, not lie before it.

    Raises:
        UsageError: One of the two days lies before that of the last published run.
    """
    if last is None:
        return
    for option, asked, published in (
        ("--as-of", as_of, last.as_of),
        ("--known-at", known_at, last.known_at),
    ):
        if asked < published:
            raise UsageError(
                f"{option} {asked} lies before {published}, which is published: "
                f"use `income replay --as-of {as_of} --known-at {known_at}`."
            )


def refuse_the_future(today: date, as_of: date | None, *known_at: date | None) -> None:
    """No position lies after today: nothing is known of it yet.

    Raises:
        UsageError: One of the days lies after today.
    """
    for option, day in (("--as-of", as_of), *(("--known-at", each) for each in known_at)):
        if day is not None and day > today:
            raise UsageError(f"{option} {day} lies in the future: name {today} or an earlier day.")
