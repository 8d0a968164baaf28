"""Old runs are thinned to their manifest and a tombstone, by policy `publication_retention`.

The run that thins another records the hash of its tombstone in its own manifest before it removes
anything. A missing file without such a record was not removed by policy.
Runs of a month end, 31 March included, are never thinned. A policy that requires it thins nothing,
because a removed file cannot be restored. History marts keep the figures of thinned runs;
`income replay` calculates everything else again.
"""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from flows.runs.chain import MANIFEST, TOMBSTONE, PublishedRun
from flows.runs.month_ends import signed_positions
from flows.runs.workspace import READ_ONLY_FILE, write_whole

TABLE = "publication_retention"
_ALWAYS_WHOLE = ("month_ends_whole", "year_ends_whole")


@dataclass(frozen=True)
class Retention:
    """How many published runs stay whole.

    Attributes:
        runs: The number of newest runs, the present one included; at least 1.
        policy_rows: The policy rows with these figures, sorted.
    """

    runs: int
    policy_rows: tuple[str, ...]


def retention_by(policy_marks: Iterable[Mapping[str, str]]) -> Retention | None:
    """The retention in the policy rows of a manifest; None where nothing is thinned.

    Nothing is thinned where a figure is missing, or where policy would thin a month end or 31
    March.

    Args:
        policy_marks: The rows in force, as in the manifest.
    """
    rows = {row["key"]: row for row in policy_marks if row["table"] == TABLE}
    figures = {key: row["value"] for key, row in rows.items() if row["value"]}
    if not figures.get("runs_whole", "").isdecimal():
        return None
    if any(figures.get(key) != "true" for key in _ALWAYS_WHOLE):
        return None
    return Retention(
        max(int(figures["runs_whole"]), 1),
        tuple(sorted(row["policy_row"] for row in rows.values())),
    )


def runs_to_thin(
    chain: Sequence[PublishedRun], as_of: date, retention: Retention
) -> tuple[PublishedRun, ...]:
    """The earlier runs that the present one thins, oldest first.

    Args:
        chain: The runs published before, oldest first.
        as_of: The day of the present run, which may have begun a later month.
        retention: How many runs stay whole.
    """
    older = chain[: max(len(chain) - (retention.runs - 1), 0)]
    signed = signed_positions([(run.as_of, run.known_at) for run in chain], as_of)
    return tuple(
        run for run in older if not run.is_thinned and (run.as_of, run.known_at) not in signed
    )


def thinned_by(
    run_id: str, runs: Iterable[PublishedRun], policy_rows: Sequence[str]
) -> list[dict[str, Any]]:
    """The records of thinned runs in the manifest of the run that thins them."""
    records = [
        {
            "run": run.folder.name,
            "manifest_sha256": run.manifest_sha256,
            "files_removed": len(run.manifest["files"]),
            "thinned_by": run_id,
            "policy_rows": list(policy_rows),
        }
        for run in runs
    ]
    return [
        {**record, "tombstone_sha256": sha256(_tombstone(record).encode()).hexdigest()}
        for record in records
    ]


def thin(runs: Path, manifest: Mapping[str, Any]) -> None:
    """Thins the runs that a committed manifest lists; may be repeated.

    Args:
        runs: The folder `published/runs`.
        manifest: The manifest of the run that thins them.
    """
    for listed in manifest.get("thinned", []):
        record = {key: value for key, value in listed.items() if key != "tombstone_sha256"}
        folder = runs / record["run"]
        if not (folder / TOMBSTONE).exists():
            write_whole(folder / TOMBSTONE, _tombstone(record))
            (folder / TOMBSTONE).chmod(READ_ONLY_FILE)
        _remove_all_but_manifest_and_tombstone(folder)


def _tombstone(record: Mapping[str, Any]) -> str:
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _remove_all_but_manifest_and_tombstone(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in {MANIFEST, TOMBSTONE}:
            path.unlink()
