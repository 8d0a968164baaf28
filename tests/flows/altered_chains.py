"""A short chain of published runs, and what somebody might alter in it."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flows.runs.chain import MANIFEST, TOMBSTONE, read_chain, verify_chain
from flows.runs.publish import seal
from flows.runs.thinning import thin, thinned_by
from flows.runs.workspace import Workspace

DAYS = ("2026-05-31", "2026-06-01", "2026-06-02", "2026-06-03")
THINNED_BY = 2
"""The run that thins the first one, number 0."""


def chain_of_runs(home: Path) -> Path:
    """Four published runs, numbers 0 to 3, the first of them thinned; the folder that holds them.

    Args:
        home: An empty folder for their workspace.
    """
    workspace = Workspace(home)
    workspace.create()
    previous = None
    for number, day in enumerate(DAYS):
        built = workspace.building / f"{day}_run{number}"
        (built / "marts").mkdir(parents=True)
        (built / "marts" / "aged_debt.parquet").write_text(f"figures of {day}", encoding="utf-8")
        (built / "restricted").mkdir(mode=0o700)
        (built / "restricted" / "holds.parquet").write_text("types", encoding="utf-8")
        chain = read_chain(workspace.runs)
        thinned = thinned_by(f"run{number}", chain[:1], ["row"]) if number == THINNED_BY else []
        seal(
            built,
            {
                "run_id": f"run{number}",
                "as_of_date": day,
                "known_at": day,
                "thinned": thinned,
                "previous_manifest_sha256": previous,
            },
        )
        workspace.swap_current(workspace.commit(built))
        newest = read_chain(workspace.runs)[-1]
        thin(workspace.runs, newest.manifest)
        previous = newest.manifest_sha256
    return workspace.runs


def folder_of(runs: Path, number: int) -> Path:
    """The folder of one of the four runs."""
    return sorted(runs.iterdir())[number]


def flip_a_byte(path: Path) -> None:
    """Changes one bit of the fourth byte of a file."""
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(content))


@dataclass(frozen=True)
class Alteration:
    """One thing done to published runs.

    Attributes:
        fault: What was done, in words.
        alter: Does it.
        named: What the finding must say, as a regular expression.
    """

    fault: str
    alter: Callable[[Path], object]
    named: str

    def found(self, home: Path) -> str | None:
        """What verifying a chain with this alteration finds; None where nothing.

        Args:
            home: An empty folder.
        """
        runs = chain_of_runs(home)
        self.alter(runs)
        finding = verify_chain(runs, None, None).finding
        return finding if finding is not None and re.search(self.named, finding) else None


def _rewrite_manifest(folder: Path) -> None:
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8")) | {"status": "fine"}
    path.chmod(0o600)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def _thin_by_hand(folder: Path) -> None:
    shutil.rmtree(folder / "marts")
    (folder / TOMBSTONE).write_text("{}", encoding="utf-8")


ALTERATIONS = (
    Alteration(
        "a byte of a published mart flipped",
        lambda runs: flip_a_byte(folder_of(runs, 2) / "marts" / "aged_debt.parquet"),
        r"2026-06-02_run2/marts/aged_debt\.parquet was altered",
    ),
    Alteration(
        "a published file removed",
        lambda runs: (folder_of(runs, 3) / "restricted" / "holds.parquet").unlink(),
        r"2026-06-03_run3/restricted/holds\.parquet is missing",
    ),
    Alteration(
        "a file put beside the published ones",
        lambda runs: (folder_of(runs, 1) / "marts" / "extra.parquet").write_text("x"),
        r"2026-06-01_run1/marts/extra\.parquet does not belong",
    ),
    Alteration(
        "a manifest written anew",
        lambda runs: _rewrite_manifest(folder_of(runs, 2)),
        r"2026-06-02_run2/manifest\.json was altered or the run before 2026-06-03_run3 is missing",
    ),
    Alteration(
        "a run removed from the middle",
        lambda runs: shutil.rmtree(folder_of(runs, 2)),
        r"the run before 2026-06-03_run3 is missing",
    ),
    Alteration(
        "the first run removed",
        lambda runs: shutil.rmtree(folder_of(runs, 0)),
        r"the run before 2026-06-01_run1 is missing",
    ),
    Alteration(
        "a manifest removed",
        lambda runs: (folder_of(runs, 2) / MANIFEST).unlink(),
        r"2026-06-02_run2/manifest\.json is missing",
    ),
    Alteration(
        "a byte of a manifest flipped",
        lambda runs: flip_a_byte(folder_of(runs, 2) / MANIFEST),
        r"2026-06-02_run2/manifest\.json was altered",
    ),
    Alteration(
        "a run's folder renamed",
        lambda runs: folder_of(runs, 2).rename(runs / "2026-06-02_other"),
        r"2026-06-02_other was renamed",
    ),
    Alteration(
        "a byte of a tombstone flipped",
        lambda runs: flip_a_byte(folder_of(runs, 0) / TOMBSTONE),
        r"2026-05-31_run0/tombstone\.json was altered",
    ),
    Alteration(
        "a tombstone removed",
        lambda runs: (folder_of(runs, 0) / TOMBSTONE).unlink(),
        r"2026-05-31_run0/marts/aged_debt\.parquet is missing",
    ),
    Alteration(
        "a run thinned by hand",
        lambda runs: _thin_by_hand(folder_of(runs, 1)),
        r"2026-06-01_run1/tombstone\.json was altered",
    ),
)
