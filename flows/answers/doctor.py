"""Checks the installation and the workspace, and says what to fix. It changes nothing."""

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
from reports.site.wording import counted

_LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Diagnosis:
    """The state of one thing that a run needs; `fix` is None where nothing is wrong."""

    what: str
    state: str
    fix: str | None = None


def examine(settings: Settings) -> tuple[Diagnosis, ...]:
    """The state of everything that a run needs."""
    workspace = Workspace(settings.home)
    checks: tuple[Callable[[Settings, Workspace], Iterator[Diagnosis]], ...] = (
        _installation,
        _settings_file,
        _folders,
        _space,
        _lock,
        _published,
        _last_attempt,
    )
    return tuple(each for check in checks for each in check(settings, workspace))


def _installation(_settings: Settings, _workspace: Workspace) -> Iterator[Diagnosis]:
    yield Diagnosis("Python", ".".join(str(part) for part in sys.version_info[:3]))
    for requirement in requires("council-income") or ():
        yield from _library(requirement)
    project = PROJECT_ROOT / "dbt_project" / "dbt_project.yml"
    yield Diagnosis(
        "models",
        str(project.parent),
        None if project.exists() else f"{project} is missing: install from the repository again.",
    )


def _library(requirement: str) -> Iterator[Diagnosis]:
    from packaging.requirements import Requirement  # noqa: PLC0415 - only here

    required = Requirement(requirement)
    if required.marker is not None and not required.marker.evaluate({"extra": ""}):
        return
    fix = f"install {required}, as the lock file says."
    try:
        installed = version(required.name)
    except PackageNotFoundError:
        yield Diagnosis(required.name, "missing", fix)
        return
    yield Diagnosis(
        required.name, installed, None if required.specifier.contains(installed) else fix
    )


def _settings_file(settings: Settings, _workspace: Workspace) -> Iterator[Diagnosis]:
    path = settings.home / SETTINGS_FILE
    yield Diagnosis("settings", str(path) if path.exists() else "none; all by default")
    holiday = calendar.why_no_working_day(calendar.today(), settings.bank_holidays)
    yield Diagnosis(
        "calendar",
        f"{calendar.today()} in Europe/London is {holiday or 'a working day'} "
        f"({settings.bank_holidays})",
    )


def _folders(_settings: Settings, workspace: Workspace) -> Iterator[Diagnosis]:
    if not workspace.home.exists():
        yield Diagnosis("workspace", f"{workspace.home} is created by the first run")
        return
    for folder in (workspace.home, workspace.inbox, workspace.policy, workspace.published):
        writable = not folder.exists() or os.access(folder, os.W_OK | os.X_OK)
        fix = None if writable else f"allow this user to write in {folder}."
        yield Diagnosis(folder.name, str(folder), fix)


def _space(_settings: Settings, workspace: Workspace) -> Iterator[Diagnosis]:
    folder = workspace.home
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    fix = None if free >= _LEAST_FREE_BYTES else f"free space on the disk of {folder}."
    yield Diagnosis("disk", f"{free // 1_000_000} MB free", fix)


def _lock(_settings: Settings, workspace: Workspace) -> Iterator[Diagnosis]:
    yield Diagnosis("lock", "a run is using the workspace" if workspace.is_held() else "free")


def _published(_settings: Settings, workspace: Workspace) -> Iterator[Diagnosis]:
    try:
        chain = read_chain(workspace.runs)
    except IncomeError as broken:
        yield Diagnosis("published", "the chain of runs is broken", str(broken))
        return
    current = workspace.current_run()
    newest = chain[-1].folder if chain else None
    fix = None if current == newest else "use `income run`: it points the link to the newest run."
    yield Diagnosis("published", f"{counted(len(chain), 'run')}, current {current or 'none'}", fix)


def _last_attempt(_settings: Settings, workspace: Workspace) -> Iterator[Diagnosis]:
    attempt = read_attempt(workspace)
    if attempt is None or workspace.is_held():
        return
    if attempt.ended_at is None:
        fix = "use `income run`: it removes what the killed run left and continues."
        yield Diagnosis("last run", f"{attempt.run_id} was killed", fix)
    elif attempt.message is not None:
        state = f"{attempt.run_id} ended with exit code {attempt.exit_code}"
        yield Diagnosis("last run", state, attempt.message)


def as_text(diagnoses: tuple[Diagnosis, ...]) -> str:
    """The diagnoses for people."""
    lines = [
        f"{'ok  ' if each.fix is None else 'FIX '}  {each.what}: {each.state}"
        + ("" if each.fix is None else f" -> {each.fix}")
        for each in diagnoses
    ]
    return "\n".join(lines) + "\n"
