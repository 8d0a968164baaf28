"""How a run begins, and how its end is recorded."""

from collections.abc import Iterator
from contextlib import contextmanager

from flows import calendar
from flows.day.day import Day, RunOutcome
from flows.day.position import Position, refuse_earlier_position
from flows.errors import ExitCode, IncomeError
from flows.runs import journal
from flows.runs.chain import PublishedRun, read_chain, read_run
from flows.runs.crash_recovery import restart
from flows.runs.workspace import Workspace
from flows.settings import Settings, switch_telemetry_off


@contextmanager
def open_day(
    settings: Settings,
    position: Position,
    *,
    full_refresh: bool = False,
    is_caught_up: bool = False,
) -> Iterator[Day]:
    """Takes the workspace, completes what an earlier run left undone and begins a run.

    Args:
        settings: The settings of the workspace.
        position: The position to calculate.
        full_refresh: Build the kept models from nothing.
        is_caught_up: The day was missed; files without a day in their name wait for a later run.

    Raises:
        WorkspaceBusyError: Another run holds the workspace.
        UsageError: The position is before the last published one.
        BrokenChainError: A published run was altered or is missing.
    """
    switch_telemetry_off()
    workspace = Workspace(settings.home)
    with workspace.locked() as lock:
        workspace.create()
        chain = read_chain(workspace.runs)
        refuse_earlier_position(last_position(chain), position)
        restart(workspace, chain)
        started_at = calendar.now()
        run_id = calendar.new_run_id(started_at)
        attempt = journal.new_attempt(
            run_id, position.as_of, position.known_at, started_at.isoformat()
        )
        journal.write_attempt(workspace, attempt)
        day = Day(
            settings,
            workspace,
            run_id,
            position.as_of,
            position.known_at,
            started_at,
            chain,
            lock,
            full_refresh,
            is_caught_up=is_caught_up,
        )
        day.log("begin", f"as_of={day.as_of} known_at={day.known_at}")
        try:
            yield day
        except Exception as failure:
            code = failure.exit_code if isinstance(failure, IncomeError) else ExitCode.DEFECT
            _record_end(day, attempt, code, str(failure))
            raise
        ended = read_run(workspace.runs / day.folder.name)
        outcome = RunOutcome(run_id, ended.folder, dict(ended.manifest))
        _record_end(day, attempt, outcome.exit_code, None)


def last_position(chain: tuple[PublishedRun, ...]) -> Position | None:
    """The position of the run published last, or None before the first run."""
    return Position(chain[-1].as_of, chain[-1].known_at) if chain else None


def _record_end(day: Day, attempt: journal.Attempt, code: ExitCode, message: str | None) -> None:
    at = calendar.now().isoformat()
    journal.write_attempt(day.workspace, attempt.ended(at, int(code), message))
