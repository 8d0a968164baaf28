"""Old runs are thinned to their manifest and a tombstone, as policy `publication_retention` says.

The run that thins another names the hash of its tombstone in its own manifest, before anything is
removed: what is gone was removed by policy, and a file that somebody else removed still shows.
Runs of a month end, 31 March with them, are never thinned (interface, section 2): a policy that
asks for it thins nothing, for what was removed does not come back.
History marts keep the figures of thinned runs; `income replay` recomputes the rest.
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
from flows.runs.history import signed_positions
from flows.runs.workspace import READ_ONLY_FILE, write_whole

TABLE = "publication_retention"
_PROMISED = ("month_ends_whole", "year_ends_whole")


@dataclass(frozen=True)
class Retention:
    """Which published runs stay whole.

    Attributes:
        runs: The newest so many, the present one included; at least that one.
        policy_rows: The rows that say so, sorted.
    """

    runs: int
    policy_rows: tuple[str, ...]


def retention_by(policy_marks: Iterable[Mapping[str, str]]) -> Retention | None:
    """What the policy rows of a manifest say; None where nothing is thinned.

    That is where a figure is missing, or where policy would thin a month end or 31 March.

    Args:
        policy_marks: The rows in force, as the manifest has them.
    """
    rows = {row["key"]: row for row in policy_marks if row["table"] == TABLE}
    figures = {key: row["value"] for key, row in rows.items() if row["value"]}
    if not figures.get("runs_whole", "").isdecimal():
        return None
    if any(figures.get(key) != "true" for key in _PROMISED):
        return None
    return Retention(
        max(int(figures["runs_whole"]), 1),
        tuple(sorted(row["policy_row"] for row in rows.values())),
    )


def runs_to_thin(
    chain: Sequence[PublishedRun], as_of: date, retention: Retention
) -> tuple[PublishedRun, ...]:
    """The runs before the present one that stay whole no longer, oldest first.

    Args:
        chain: The runs published before, oldest first.
        as_of: The day of the present run, which may have begun a later month.
        retention: What stays whole.
    """
    older = chain[: max(len(chain) - (retention.runs - 1), 0)]
    signed = signed_positions([(run.as_of, run.known_at) for run in chain], as_of)
    return tuple(
        run for run in older if not run.is_thinned and (run.as_of, run.known_at) not in signed
    )


def thinned_by(
    run_id: str, runs: Iterable[PublishedRun], policy_rows: Sequence[str]
) -> list[dict[str, Any]]:
    """What the manifest of a run says of the runs that it thins, a record each."""
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
    """Thins the runs that a committed manifest names; may be repeated.

    Args:
        runs: The folder `published/runs`.
        manifest: The manifest of the run that thins them.
    """
    for named in manifest.get("thinned", []):
        record = {key: value for key, value in named.items() if key != "tombstone_sha256"}
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
