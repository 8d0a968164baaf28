"""The folders of one workspace, its kernel lock, the atomic swap and durable writing.

Beside the places that users see there are two of our own:

- `published/.building/` holds a run's folder until the one rename that commits it;
- `scratch/` holds dbt's target and logs, Prefect's home and the journal; it may be deleted while
  nothing runs.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.errors import WorkspaceBusyError

OWNER_ONLY = 0o700
READ_ONLY_FILE = 0o444
_LOCK_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True)
class Workspace:
    """Paths of one workspace; nothing is touched before `create`."""

    home: Path

    @property
    def inbox(self) -> Path:
        """Where source systems drop files."""
        return self.home / "inbox"

    @property
    def policy(self) -> Path:
        """The council's own policy rows."""
        return self.home / "policy"

    @property
    def warehouse(self) -> Path:
        """The one DuckDB file that runs write and users never open."""
        return self.home / "warehouse" / "income.duckdb"

    @property
    def published(self) -> Path:
        """Everything that readers may rely on."""
        return self.home / "published"

    @property
    def runs(self) -> Path:
        """The committed runs, one folder each."""
        return self.published / "runs"

    @property
    def building(self) -> Path:
        """Folders of runs that are not finished; on the same file system as `runs`."""
        return self.published / ".building"

    @property
    def current(self) -> Path:
        """Symbolic link to the newest good run."""
        return self.published / "current"

    @property
    def quarantine(self) -> Path:
        """Refused rows and files, one folder per run."""
        return self.home / "quarantine"

    @property
    def scratch(self) -> Path:
        """What may be deleted at any time while nothing runs."""
        return self.home / "scratch"

    @property
    def dbt_target(self) -> Path:
        """Where dbt keeps what it compiled, its results and its parse cache."""
        return self.scratch / "dbt" / "target"

    @property
    def dbt_logs(self) -> Path:
        """Where dbt writes its log."""
        return self.scratch / "dbt" / "logs"

    @property
    def prefect_home(self) -> Path:
        """Prefect's home, with the database of a run's own server."""
        return self.scratch / "prefect"

    def archive_of(self, run_id: str) -> Path:
        """Where the files go that a committed run took."""
        return self.inbox / "archive" / run_id

    def quarantine_of(self, run_id: str) -> Path:
        """Where the refused rows and files of a run go."""
        return self.quarantine / run_id

    def create(self) -> None:
        """Makes every missing folder; those that hold personal data for their owner only."""
        for folder in (self.home, self.inbox, self.policy, self.runs, self.building):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.quarantine, self.scratch, self.warehouse.parent):
            folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
        for folder in (self.dbt_target, self.dbt_logs, self.prefect_home):
            folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Holds the workspace and yields the file descriptor of the lock.

        A child process that inherits the descriptor holds the workspace too, until it has gone.

        Raises:
            WorkspaceBusyError: Another process holds it; one that is just dying is waited for.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.home / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._take(descriptor)
            yield descriptor
        finally:
            os.close(descriptor)

    def _take(self, descriptor: int) -> None:
        give_up_at = time.monotonic() + _LOCK_PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as held:
                if time.monotonic() >= give_up_at:
                    raise WorkspaceBusyError(
                        f"Another run is using the workspace {self.home}: wait until it has ended."
                    ) from held
                time.sleep(0.05)
            else:
                return

    def is_held(self) -> bool:
        """Whether a run holds the workspace at this moment."""
        try:
            descriptor = os.open(self.home / ".lock", os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def current_run(self) -> Path | None:
        """The folder that readers see now, or None before the first run."""
        return self.current.resolve() if self.current.exists() else None

    def swap_current(self, run_folder: Path) -> None:
        """Points `published/current` at a committed run; readers see the old or the new one."""
        waiting = self.published / ".current.new"
        waiting.unlink(missing_ok=True)
        waiting.symlink_to(run_folder.relative_to(self.published), target_is_directory=True)
        waiting.replace(self.current)
        sync_folder(self.published)

    def commit(self, built: Path) -> Path:
        """Renames a finished folder into `published/runs`: the commit point of a run."""
        sync_tree(built)
        committed = self.runs / built.name
        built.rename(committed)
        sync_folder(self.runs)
        return committed

    def clear_building(self) -> None:
        """Deletes the folders of runs that were never finished."""
        for leftover in sorted(self.building.iterdir()):
            shutil.rmtree(leftover)


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that a reader sees all of it or the one before, even after a power cut."""
    waiting = path.with_name(f".{path.name}.new")
    with waiting.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    waiting.replace(path)
    sync_folder(path.parent)


def sync_tree(folder: Path) -> None:
    """Makes a folder with all its files durable."""
    for path in sorted(folder.rglob("*")):
        sync_folder(path) if path.is_dir() else _sync_file(path)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
