"""The chain of published runs: each manifest names the hash of the one before.

Reads `published/runs` only. A run counts as published when its folder has a `manifest.json`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.errors import BrokenChainError

MANIFEST = "manifest.json"
TOMBSTONE = "tombstone.json"


@dataclass(frozen=True)
class PublishedRun:
    """One committed run: its folder and what its manifest says."""

    folder: Path
    manifest: Mapping[str, Any]
    manifest_sha256: str

    @property
    def run_id(self) -> str:
        """The id in its raw rows."""
        return str(self.manifest["run_id"])

    @property
    def as_of(self) -> date:
        """The day whose position it shows."""
        return date.fromisoformat(self.manifest["as_of_date"])

    @property
    def known_at(self) -> date:
        """Rows known by the end of this day count."""
        return date.fromisoformat(self.manifest["known_at"])

    @property
    def is_thinned(self) -> bool:
        """Whether policy thinned it to manifest and tombstone."""
        return (self.folder / TOMBSTONE).exists()

    @property
    def previous_sha256(self) -> str | None:
        """Hash of the manifest before, None for the first run."""
        previous = self.manifest["previous_manifest_sha256"]
        return None if previous is None else str(previous)


@dataclass(frozen=True)
class Verification:
    """The result of checking the whole chain.

    Attributes:
        runs: Number of published runs.
        files: Number of files of the runs that were not thinned.
        head_sha256: Manifest hash of the newest run.
        finding: The first thing altered or missing.
        runs_after: Number of runs after the one whose hash was given; None without a hash.
        thinned: Number of runs that policy thinned to manifest and tombstone.
    """

    runs: int
    files: int
    head_sha256: str | None
    finding: str | None
    runs_after: int | None = None
    thinned: int = 0


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def run_folders(runs: Path) -> tuple[Path, ...]:
    """The folders `<as_of>_<run_id>`, by name; hidden folders belong to the file system."""
    there = sorted(runs.iterdir()) if runs.is_dir() else []
    return tuple(path for path in there if path.is_dir() and not path.name.startswith("."))


def committed_run_ids(runs: Path) -> frozenset[str]:
    """Ids of all committed runs, from the names of their folders."""
    committed = (path for path in run_folders(runs) if (path / MANIFEST).exists())
    return frozenset(path.name.partition("_")[2] for path in committed)


def read_run(folder: Path) -> PublishedRun:
    """Reads one published run.

    Raises:
        BrokenChainError: Its manifest is missing or is not a manifest.
    """
    path = folder / MANIFEST
    try:
        text = path.read_bytes()
        run = PublishedRun(folder, json.loads(text), hashlib.sha256(text).hexdigest())
        expected_name = f"{run.as_of}_{run.run_id}"
        _ = (run.known_at, run.previous_sha256, run.manifest["files"])
    except FileNotFoundError as missing:
        raise BrokenChainError(f"{path} is missing: restore the folder from a backup.") from missing
    except (ValueError, KeyError, TypeError) as broken:
        raise BrokenChainError(f"{path} was altered: it is not a manifest.") from broken
    if folder.name != expected_name:
        raise BrokenChainError(f"{folder} was renamed: its manifest says {expected_name}.")
    return run


def newest_before(folders: Iterable[Path], as_of: date, known_at: date) -> PublishedRun | None:
    """The run of the newest day before `as_of` that knew no more than `known_at`; None without one.

    Goes by the names of the folders and reads no manifest but those from the newest day on until
    one fits, so that its cost does not grow with history.

    Raises:
        BrokenChainError: A manifest that was read is missing or was altered.
    """
    earlier = (path for path in folders if path.name.partition("_")[0] < as_of.isoformat())
    for path in sorted(earlier, reverse=True):
        run = read_run(path)
        if run.known_at <= known_at:
            return run
    return None


def read_chain(runs: Path) -> tuple[PublishedRun, ...]:
    """All published runs, oldest first.

    Raises:
        BrokenChainError: A manifest was altered, or a run is missing between two others.
    """
    return _in_order([read_run(folder) for folder in run_folders(runs)])


def _in_order(runs: Sequence[PublishedRun]) -> tuple[PublishedRun, ...]:
    followers: dict[str | None, PublishedRun] = {}
    for run in runs:
        if run.previous_sha256 in followers:
            twin = followers[run.previous_sha256].folder.name
            raise BrokenChainError(
                f"{run.folder / MANIFEST} was altered: it follows the same run as {twin}."
            )
        followers[run.previous_sha256] = run
    chain: list[PublishedRun] = []
    link: str | None = None
    while link in followers:
        chain.append(followers.pop(link))
        link = chain[-1].manifest_sha256
    if followers:
        stray = min(followers.values(), key=lambda run: run.folder.name)
        last = f"{chain[-1].folder / MANIFEST} was altered or " if chain else ""
        raise BrokenChainError(
            f"{last}the run before {stray.folder.name} is missing: restore it from a backup."
        )
    return tuple(chain)


def verify_chain(runs: Path, head: str | None, recorded_head: str | None) -> Verification:
    """Hashes every file of every published run again and checks every link of the chain.

    Args:
        runs: The folder `published/runs`.
        head: A manifest hash that somebody keeps outside the workspace; it must be in the chain.
        recorded_head: The hash of the newest manifest as the workspace recorded it.
    """
    try:
        chain = read_chain(runs)
    except BrokenChainError as broken:
        return Verification(0, 0, None, str(broken))
    newest = chain[-1].manifest_sha256 if chain else None
    tombstones = {
        str(thinned["run"]): str(thinned["tombstone_sha256"])
        for run in chain
        for thinned in run.manifest.get("thinned", [])
    }
    finding = next(
        (fault for run in chain for fault in _faults_of_files(run, tombstones)),
        None,
    ) or _fault_of_heads(chain, head, recorded_head)
    whole = [run for run in chain if not run.is_thinned]
    files = sum(len(run.manifest["files"]) for run in whole)
    thinned_runs = len(chain) - len(whole)
    after = _runs_after(chain, head)
    return Verification(len(chain), files, newest, finding, after, thinned_runs)


def _runs_after(chain: Sequence[PublishedRun], head: str | None) -> int | None:
    hashes = [run.manifest_sha256 for run in chain]
    if head is None or head.lower() not in hashes:
        return None
    return len(hashes) - 1 - hashes.index(head.lower())


def _faults_of_files(run: PublishedRun, tombstones: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the files of a run.

    Args:
        run: The run.
        tombstones: Hashes of the tombstones of thinned runs, as later manifests name them.
    """
    listed = {str(entry["path"]): str(entry["sha256"]) for entry in run.manifest["files"]}
    if run.is_thinned:
        listed[TOMBSTONE] = tombstones.get(run.folder.name, "named by no later manifest")
    for name, expected in listed.items():
        path = run.folder / name
        if not path.is_file():
            if not run.is_thinned:
                yield f"{path} is missing: restore it from a backup."
        elif sha256_of(path) != expected:
            yield f"{path} was altered: restore it from a backup."
    for path in sorted(run.folder.rglob("*")):
        name = path.relative_to(run.folder).as_posix()
        if path.is_file() and name not in listed and name != MANIFEST:
            yield f"{path} does not belong to the run: remove it."


def _fault_of_heads(
    chain: Sequence[PublishedRun], head: str | None, recorded_head: str | None
) -> str | None:
    known = {run.manifest_sha256 for run in chain}
    if head is not None and head.lower() not in known:
        return f"No published run has the manifest hash {head}: a manifest was altered or removed."
    if recorded_head is not None and recorded_head not in known:
        newest = chain[-1].folder / MANIFEST if chain else "every run"
        return f"{newest} was altered, or the run after it is missing: restore it from a backup."
    return None
