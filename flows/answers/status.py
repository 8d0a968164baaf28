"""The state of a workspace: the last run, its gates, the feeds, and the days that did not run.

Reads manifests and the journal only, so that it answers at once, also during a run.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flows import calendar
from flows.day.missed_days import needs_choice, working_days_missed
from flows.runs.chain import PublishedRun, read_run, run_folders
from flows.runs.journal import Attempt, read_attempt
from flows.runs.workspace import Workspace
from flows.settings import Settings
from reports.site.wording import counted

_LOOK_BACK_DAYS = 31
_NAMED_DAYS = 10


@dataclass(frozen=True)
class Status:
    """The state of a workspace."""

    home: str
    running: bool
    last_run: Mapping[str, Any] | None
    gates: Sequence[Mapping[str, Any]]
    feeds: Sequence[Mapping[str, Any]]
    quarantined_rows: int
    refused_files: Sequence[str]
    withheld: Sequence[str]
    waiting_files: int
    days_not_run: Sequence[str]
    next_run: Mapping[str, Any] | None
    last_attempt: Mapping[str, Any] | None


def status_of(settings: Settings, today: date) -> Status:
    """The state of a workspace; what does not exist yet is empty."""
    workspace = Workspace(settings.home)
    folder = workspace.current_run()
    run = None if folder is None else read_run(folder)
    attempt = read_attempt(workspace)
    running = workspace.is_held()
    manifest: Mapping[str, Any] = {} if run is None else run.manifest
    inputs = manifest.get("inputs", [])
    gates = manifest.get("gates", [])
    return Status(
        home=str(settings.home),
        running=running,
        last_run=None if run is None else _facts(run),
        gates=[
            {name: gate[name] for name in ("name", "status", "failed_checks", "withheld")}
            for gate in gates
        ],
        feeds=[_with_age(feed, manifest["as_of_date"]) for feed in manifest.get("feeds", [])],
        quarantined_rows=sum(file["rows_quarantined"] for file in inputs),
        refused_files=[file["file"] for file in inputs if file.get("refused_code")],
        withheld=[mart for gate in gates for mart in gate["withheld"]],
        waiting_files=_waiting(workspace.inbox),
        days_not_run=[] if run is None else _days_not_run(workspace, run, settings, today),
        next_run=None if run is None else _next_run(run, settings, today),
        last_attempt=_attempt_to_show(attempt, run, running),
    )


def _facts(run: PublishedRun) -> dict[str, Any]:
    names = ("run_id", "as_of_date", "known_at", "status", "started_at", "finished_at")
    facts = {name: run.manifest[name] for name in names}
    return facts | {"folder": str(run.folder), "manifest_sha256": run.manifest_sha256}


def _with_age(feed: Mapping[str, Any], as_of: str) -> dict[str, Any]:
    age = date.fromisoformat(as_of) - date.fromisoformat(feed["latest_file_day"])
    return {**feed, "days_old": age.days}


def _waiting(inbox: Path) -> int:
    if not inbox.is_dir():
        return 0
    return sum(path.is_file() and not path.name.startswith(".") for path in inbox.iterdir())


def _days_not_run(
    workspace: Workspace, run: PublishedRun, settings: Settings, today: date
) -> list[str]:
    """Working days without a published run, from a month before the last run until yesterday."""
    published = {path.name.partition("_")[0] for path in run_folders(workspace.runs)}
    first = max(min(published), (run.as_of - timedelta(days=_LOOK_BACK_DAYS)).isoformat())
    until = today - timedelta(days=1)
    days = calendar.working_days_between(date.fromisoformat(first), until, settings.bank_holidays)
    return [day.isoformat() for day in days if day.isoformat() not in published]


def _next_run(run: PublishedRun, settings: Settings, today: date) -> dict[str, Any] | None:
    """What `income run` would do today about missed days; None where today is already past."""
    if today < run.as_of:
        return None
    missed = working_days_missed(run.as_of, today, settings.bank_holidays)
    return {
        "as_of": today.isoformat(),
        "missed": [day.isoformat() for day in missed],
        "needs_choice": needs_choice(missed),
    }


def _attempt_to_show(
    attempt: Attempt | None, run: PublishedRun | None, running: bool
) -> dict[str, Any] | None:
    """The latest attempt, where it is not the published run itself."""
    if attempt is None or (run is not None and attempt.run_id == run.run_id):
        return None
    state = "ended" if attempt.ended_at else "running" if running else "killed"
    return {**asdict(attempt), "state": state}


def as_json(status: Status) -> str:
    """The status for machines."""
    return json.dumps(asdict(status), indent=2, ensure_ascii=False) + "\n"


def as_text(status: Status) -> str:
    """The status for people."""
    lines = [f"Workspace {status.home}" + (" (a run is in progress)" if status.running else "")]
    lines += _text_of_run(status)
    lines += [_text_of_attempt(status.last_attempt)] if status.last_attempt else []
    if status.waiting_files:
        lines.append(f"Inbox, for the next run: {counted(status.waiting_files, 'file')}")
    if status.days_not_run:
        lines.append(f"Working days that did not run: {_few(status.days_not_run)}")
    if status.next_run and status.next_run["missed"]:
        lines.append(_text_of_next_run(status.next_run))
    return "\n".join(lines) + "\n"


def _few(days: Sequence[str]) -> str:
    named, more = ", ".join(days[:_NAMED_DAYS]), len(days) - _NAMED_DAYS
    return f"{named} and {more} more (all in --json)" if more > 0 else named


def _text_of_next_run(next_run: Mapping[str, Any]) -> str:
    missed = len(next_run["missed"])
    if next_run["needs_choice"]:
        return (
            f"Next `income run` needs a choice: --catch-up runs the {missed} working days missed "
            "since the last run, --skip leaves them out"
        )
    days = counted(missed, "working day")
    return f"Next `income run` first catches up {days} automatically"


def _text_of_run(status: Status) -> list[str]:
    last = status.last_run
    if last is None:
        return ["Nothing is published yet: put files into the inbox and use `income run`"]
    lines = [
        f"Last run {last['run_id']}: as of {last['as_of_date']}, known at {last['known_at']}, "
        f"{last['status']}, finished {last['finished_at']}",
        f"Chain head: {last['manifest_sha256']}",
        *(_text_of_gate(gate) for gate in status.gates),
        *(
            f"Feed {feed['feed']}: newest file {feed['latest_file_day']} "
            f"({feed['days_old']} days before the position)"
            for feed in status.feeds
        ),
    ]
    if status.quarantined_rows or status.refused_files:
        refused = ", ".join(status.refused_files) or "none"
        lines.append(f"Quarantined rows: {status.quarantined_rows}; refused files: {refused}")
    return lines


def _text_of_gate(gate: Mapping[str, Any]) -> str:
    line = f"Gate {gate['name']}: {gate['status']}"
    if gate["failed_checks"]:
        line += f", failed {', '.join(gate['failed_checks'])}"
    return line + (f", withheld {', '.join(gate['withheld'])}" if gate["withheld"] else "")


def _text_of_attempt(attempt: Mapping[str, Any]) -> str:
    line = f"Latest attempt {attempt['run_id']} for {attempt['as_of_date']}: {attempt['state']}"
    if attempt["exit_code"] is None:
        return line
    return f"{line} with exit code {attempt['exit_code']}: {attempt['message']}"
