"""Restart after a crash: what a run does before it begins its own work.

It completes what a committed run left undone and removes what no run finished. A run is committed
once its folder, manifest included, is in `published/runs`. Before that, its files are still in the
inbox and its raw rows do not count. After that, link and archive are repeated until they are
recorded as done.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import BrokenChainError
from flows.runs.chain import PublishedRun
from flows.runs.journal import Settled, read_attempt, read_settled, write_settled
from flows.runs.thinning import thin
from flows.runs.workspace import Workspace

if TYPE_CHECKING:
    from ingestion.intake.taken import TakenFile

LOG = logging.getLogger(__name__)
INTAKE = "intake"


def restart(workspace: Workspace, chain: Sequence[PublishedRun]) -> None:
    """Returns a workspace to the state after its last committed run; raw rows come later.

    Raises:
        BrokenChainError: The run that the workspace recorded as its newest is missing or altered.
    """
    workspace.clear_building()
    _remove_quarantine_of_killed_run(workspace, chain)
    settled = read_settled(workspace)
    if settled is not None:
        _refuse_missing_run(workspace, chain, settled)
    if chain and (settled is None or settled.manifest_sha256 != chain[-1].manifest_sha256):
        LOG.info("run_id=%s step=restart link and archive are repeated", chain[-1].run_id)
        finish_run(workspace, chain[-1])
    elif chain and workspace.current_run() != chain[-1].folder:
        workspace.swap_current(chain[-1].folder)


def finish_run(workspace: Workspace, run: PublishedRun) -> None:
    """Shows a committed run, archives its files and thins old runs; may be repeated."""
    from ingestion.intake.inbox import archive  # noqa: PLC0415 - loads Arrow, which quick commands must not

    if workspace.current_run() != run.folder:
        workspace.swap_current(run.folder)
    archive(
        workspace.inbox,
        workspace.archive_of(run.run_id),
        workspace.quarantine_of(run.run_id) / "files",
        read_intake(run.folder),
    )
    thin(workspace.runs, run.manifest)
    write_settled(workspace, Settled(run.folder.name, run.manifest_sha256))


def intake_record(files: Sequence[TakenFile]) -> list[dict[str, Any]]:
    """The files of a run as they are kept in its folder."""
    return [asdict(file) for file in files]


def read_intake(folder: Path) -> tuple[TakenFile, ...]:
    """The files that a committed run took, from its folder."""
    text = (folder / "evidence" / f"{INTAKE}.json").read_text(encoding="utf-8")
    return tuple(_taken_file(record) for record in json.loads(text))


def _taken_file(record: Mapping[str, Any]) -> TakenFile:
    from ingestion.intake.taken import TakenFile  # noqa: PLC0415

    days = {name: date.fromisoformat(record[name]) for name in ("file_day", "known_on")}
    total = record["control_total"]
    tuples = {name: tuple(record[name]) for name in ("unknown_columns", "notes")}
    amounts = {"control_total": None if total is None else Decimal(total)}
    return TakenFile(**{**record, **days, **tuples, **amounts})


def _remove_quarantine_of_killed_run(workspace: Workspace, chain: Sequence[PublishedRun]) -> None:
    attempt = read_attempt(workspace)
    if attempt is None or attempt.ended_at is not None:
        return
    if attempt.run_id in {run.run_id for run in chain}:
        return
    LOG.info("run_id=%s step=restart it never ended; its quarantine is removed", attempt.run_id)
    if workspace.quarantine_of(attempt.run_id).exists():
        shutil.rmtree(workspace.quarantine_of(attempt.run_id))


def _refuse_missing_run(
    workspace: Workspace, chain: Sequence[PublishedRun], settled: Settled
) -> None:
    if settled.manifest_sha256 in {run.manifest_sha256 for run in chain}:
        return
    raise BrokenChainError(
        f"{workspace.runs / settled.run_folder} was altered or is missing, and its rows would be "
        "lost: restore it from a backup."
    )
