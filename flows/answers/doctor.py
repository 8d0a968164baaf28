"""Checks the installation and the workspace, and says what to mend. Changes nothing."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

from flows import calendar
from flows.errors import IncomeError
from flows.runs.chain import read_chain
from flows.runs.journal import read_attempt
from flows.runs.workspace import Workspace
from flows.settings import PROJECT_ROOT, SETTINGS_FILE, Settings

_LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `mend` is None where nothing is wrong."""

    what: str
    found: str
    mend: str | None = None


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Everything that a run needs, looked at one after the other."""
    workspace = Workspace(settings.home)
    looks: tuple[Callable[[Settings, Workspace], Iterator[Finding]], ...] = (
        _installation,
        _settings_file,
        _folders,
        _space,
        _lock,
        _published,
        _last_attempt,
    )
    return tuple(finding for look in looks for finding in look(settings, workspace))


def _installation(_settings: Settings, _workspace: Workspace) -> Iterator[Finding]:
    yield Finding("Python", ".".join(str(part) for part in sys.version_info[:3]))
    for requirement in requires("council-income") or ():
        yield from _library(requirement)
    project = PROJECT_ROOT / "dbt_project" / "dbt_project.yml"
    yield Finding(
        "models",
        str(project.parent),
        None if project.exists() else f"{project} is missing: install from the repository again.",
    )


def _library(requirement: str) -> Iterator[Finding]:
    from packaging.requirements import Requirement  # noqa: PLC0415 - only here

    wanted = Requirement(requirement)
    if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
        return
    mend = f"install {wanted}, as the lock file says."
    try:
        found = version(wanted.name)
    except PackageNotFoundError:
        yield Finding(wanted.name, "missing", mend)
        return
    yield Finding(wanted.name, found, None if wanted.specifier.contains(found) else mend)


def _settings_file(settings: Settings, _workspace: Workspace) -> Iterator[Finding]:
    path = settings.home / SETTINGS_FILE
    yield Finding("settings", str(path) if path.exists() else "none, all by default")
    holiday = calendar.why_no_working_day(calendar.today(), settings.bank_holidays)
    yield Finding(
        "calendar",
        f"{calendar.today()} in Europe/London is {holiday or 'a working day'} "
        f"({settings.bank_holidays})",
    )


def _folders(_settings: Settings, workspace: Workspace) -> Iterator[Finding]:
    if not workspace.home.exists():
        yield Finding("workspace", f"{workspace.home} is made by the first run")
        return
    for folder in (workspace.home, workspace.inbox, workspace.policy, workspace.published):
        writable = not folder.exists() or os.access(folder, os.W_OK | os.X_OK)
        mend = None if writable else f"give yourself the right to write in {folder}."
        yield Finding(folder.name, str(folder), mend)


def _space(_settings: Settings, workspace: Workspace) -> Iterator[Finding]:
    folder = workspace.home
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    mend = None if free >= _LEAST_FREE_BYTES else f"make room on the disk of {folder}."
    yield Finding("disk", f"{free // 1_000_000} MB free", mend)


def _lock(_settings: Settings, workspace: Workspace) -> Iterator[Finding]:
    yield Finding("lock", "a run holds the workspace" if workspace.is_held() else "free")


def _published(_settings: Settings, workspace: Workspace) -> Iterator[Finding]:
    try:
        chain = read_chain(workspace.runs)
    except IncomeError as broken:
        yield Finding("published", "the chain of runs is broken", str(broken))
        return
    current = workspace.current_run()
    newest = chain[-1].folder if chain else None
    mend = None if current == newest else "use `income run`: it redoes the link to the newest run."
    yield Finding("published", f"{len(chain)} run(s), current {current or 'none'}", mend)


def _last_attempt(_settings: Settings, workspace: Workspace) -> Iterator[Finding]:
    attempt = read_attempt(workspace)
    if attempt is None or workspace.is_held():
        return
    if attempt.ended_at is None:
        mend = "use `income run`: it removes what the killed run left and goes on."
        yield Finding("last run", f"{attempt.run_id} was killed", mend)
    elif attempt.message is not None:
        found = f"{attempt.run_id} ended with exit code {attempt.exit_code}"
        yield Finding("last run", found, attempt.message)


def as_text(findings: tuple[Finding, ...]) -> str:
    """The findings for people."""
    lines = [
        f"{'ok  ' if finding.mend is None else 'MEND'}  {finding.what}: {finding.found}"
        + ("" if finding.mend is None else f" -> {finding.mend}")
        for finding in findings
    ]
    return "\n".join(lines) + "\n"
