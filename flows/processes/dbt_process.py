"""Runs dbt as a process of its own and turns its results into a typed outcome.

dbt is called through its command line and read through its JSON files only. The process ends with
the run that started it and holds the workspace's lock as long as it lives, so no run meets it.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.errors import TransformError
from flows.processes.child import ended_afterwards, leashed
from flows.settings import PROJECT_ROOT, Settings

DBT = (sys.executable, "-m", "flows.processes.dbt_program")
"""dbt's command line, without its arguments."""

_GOOD = frozenset({"success", "pass", "warn", "no-op", "skipped"})
_BAD = frozenset({"error", "fail", "runtime error"})


@dataclass(frozen=True)
class NodeOutcome:
    """The result of one seed, model or test."""

    unique_id: str
    status: str
    seconds: float
    message: str | None

    @property
    def failed(self) -> bool:
        """Whether the node failed."""
        return self.status not in _GOOD


@dataclass(frozen=True)
class TransformOutcome:
    """The results of one dbt command, and where its JSON files are."""

    nodes: tuple[NodeOutcome, ...]
    seconds: float
    manifest: Path
    run_results: Path

    @property
    def failed(self) -> tuple[NodeOutcome, ...]:
        """Every node that failed, in the order in which dbt ran them."""
        return tuple(node for node in self.nodes if node.failed)


@dataclass(frozen=True)
class DbtFolders:
    """Where one dbt process works: its warehouse, what it compiles and what it logs."""

    warehouse: Path
    target: Path
    logs: Path


def build_models(
    settings: Settings,
    folders: DbtFolders,
    *,
    full_refresh: bool = False,
    held: Sequence[int] = (),
    meanwhile: Callable[[], None] | None = None,
) -> TransformOutcome:
    """Builds the models and runs the data tests; unit tests belong to the development checks.

    A run that continues the ledger of the last run leaves the seeds out: the same code built them.

    Args:
        settings: The settings of the workspace.
        folders: Where to work.
        full_refresh: Build the seeds and the kept models from nothing.
        held: File descriptors that the process keeps open, the workspace's lock among them.
        meanwhile: What this process does while dbt runs, such as slow imports.

    Raises:
        TransformError: A node failed, or dbt ended before it ran any.
    """
    words = ["build", "--exclude-resource-type", "unit_test"]
    words += ["--full-refresh"] if full_refresh else ["--exclude-resource-type", "seed"]
    return run_dbt(settings, folders, words, held=held, meanwhile=meanwhile)


def run_dbt(
    settings: Settings,
    folders: DbtFolders,
    words: Sequence[str],
    *,
    held: Sequence[int] = (),
    meanwhile: Callable[[], None] | None = None,
) -> TransformOutcome:
    """Runs one dbt command that writes `run_results.json`.

    Raises:
        TransformError: A node failed, or dbt ended before it ran any.
    """
    run_results = folders.target / "run_results.json"
    run_results.unlink(missing_ok=True)
    dbt = subprocess.Popen(  # noqa: S603 - the command is this package's own
        leashed(dbt_command(settings, folders, words)),
        env=dbt_environment(settings, folders),
        cwd=folders.target,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=tuple(held),
    )
    with ended_afterwards(dbt):
        if meanwhile is not None:
            meanwhile()
        output, _ = dbt.communicate()
    if not run_results.exists():
        raise TransformError(
            f"dbt stopped before it built anything: {_on_one_line(output)}. "
            f"See {folders.logs / 'dbt.log'}."
        )
    outcome = read_outcome(folders.target)
    if outcome.failed or dbt.returncode != 0:
        raise TransformError(_describe(outcome, output, folders.logs / "dbt.log"))
    return outcome


def read_project(settings: Settings, folders: DbtFolders) -> None:
    """Lets dbt read the project and keep in its target folder what it found; nothing is built.

    Raises:
        TransformError: dbt could not read it.
    """
    dbt = subprocess.run(  # noqa: S603 - the command is this package's own
        dbt_command(settings, folders, ["parse"]),
        env=dbt_environment(settings, folders),
        cwd=folders.target,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if dbt.returncode != 0:
        raise TransformError(f"dbt cannot read the project: {_on_one_line(dbt.stdout)}.")


def read_outcome(target: Path) -> TransformOutcome:
    """Reads what dbt left in its target folder."""
    run_results = target / "run_results.json"
    content = json.loads(run_results.read_text(encoding="utf-8"))
    nodes = tuple(
        NodeOutcome(
            unique_id=result["unique_id"],
            status=result["status"],
            seconds=float(result["execution_time"]),
            message=result["message"],
        )
        for result in content["results"]
    )
    return TransformOutcome(
        nodes, float(content["elapsed_time"]), target / "manifest.json", run_results
    )


def dbt_environment(settings: Settings, folders: DbtFolders) -> dict[str, str]:
    """The whole environment of a dbt process."""
    # Relative to the target folder, in which dbt runs, the warehouse has the same name in every
    # workspace. With another name dbt would parse the project again.
    warehouse = os.path.relpath(folders.warehouse, folders.target)
    return settings.child_environment(INCOME_WAREHOUSE=warehouse)


def dbt_command(settings: Settings, folders: DbtFolders, words: Sequence[str]) -> list[str]:
    """The command line of a dbt process: `DBT`, then the words and the options of every command."""
    project = str(PROJECT_ROOT / "dbt_project")
    return [
        *(*DBT, *words),
        *("--project-dir", project, "--profiles-dir", project, "--target", "duckdb"),
        *("--target-path", str(folders.target), "--log-path", str(folders.logs)),
        *("--threads", str(settings.threads), "--log-level-file", "info"),
        *("--quiet", "--no-use-colors", "--no-send-anonymous-usage-stats"),
    ]


def _describe(outcome: TransformOutcome, output: str, log: Path) -> str:
    if not outcome.failed:
        return f"dbt ended without saying which node failed: {_on_one_line(output)}. See {log}."
    first = next((node for node in outcome.failed if node.status in _BAD), outcome.failed[0])
    more = len(outcome.failed) - 1
    others = f" (and {more} more)" if more else ""
    # From the first quotation mark on it may be a value of a row: personal data stays out of logs.
    reason = re.split("['\"]", _on_one_line(first.message or first.status))[0].rstrip(" :")
    return f"dbt: {first.unique_id} failed{others}: {reason}. See {log}."


def _on_one_line(text: str) -> str:
    """The start of a message on one line, without the times of day."""
    return re.sub(r"(\s|\d\d:\d\d:\d\d)+", " ", text).strip()[:300].rstrip(". ")
