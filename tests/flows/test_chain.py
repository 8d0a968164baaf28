"""Published runs form a chain of hashes; the first thing altered or missing is named."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.chain import committed_run_ids, read_chain, verify_chain
from flows.publish import seal
from flows.workspace import Workspace

DAYS = ("2026-06-01", "2026-06-02", "2026-06-03")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Three published runs."""
    workspace = Workspace(tmp_path)
    workspace.create()
    previous = None
    for day in DAYS:
        built = workspace.building / f"{day}_run{day[-1]}"
        (built / "marts").mkdir(parents=True)
        (built / "marts" / "aged_debt.parquet").write_text(f"figures of {day}", encoding="utf-8")
        (built / "restricted").mkdir(mode=0o700)
        (built / "restricted" / "holds.parquet").write_text("types", encoding="utf-8")
        seal(
            built,
            {
                "run_id": f"run{day[-1]}",
                "as_of_date": day,
                "known_at": day,
                "previous_manifest_sha256": previous,
            },
        )
        workspace.swap_current(workspace.commit(built))
        previous = read_chain(workspace.runs)[-1].manifest_sha256
    return workspace.runs


def _flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(content))


def _rewrite_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | changes
    path.chmod(0o600)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def _folder(runs: Path, number: int) -> Path:
    return sorted(runs.iterdir())[number - 1]


def test_an_untouched_chain_is_whole(runs: Path) -> None:
    verification = verify_chain(runs, None, None)
    assert verification.finding is None
    assert (verification.runs, verification.files) == (3, 6)
    assert verification.head_sha256 == read_chain(runs)[-1].manifest_sha256


def test_runs_are_read_oldest_first_and_ids_come_from_folders(runs: Path) -> None:
    assert [run.as_of.isoformat() for run in read_chain(runs)] == list(DAYS)
    assert committed_run_ids(runs) == {"run1", "run2", "run3"}


def test_a_folder_without_manifest_is_no_committed_run(runs: Path) -> None:
    (runs / "2026-06-04_run4").mkdir()
    assert "run4" not in committed_run_ids(runs)


ALTERATIONS: dict[str, tuple[Callable[[Path], object], str]] = {
    "flipped byte": (
        lambda runs: _flip_a_byte(_folder(runs, 2) / "marts" / "aged_debt.parquet"),
        r"2026-06-02_run2/marts/aged_debt\.parquet was altered",
    ),
    "missing file": (
        lambda runs: (_folder(runs, 3) / "restricted" / "holds.parquet").unlink(),
        r"2026-06-03_run3/restricted/holds\.parquet is missing",
    ),
    "added file": (
        lambda runs: (_folder(runs, 1) / "marts" / "extra.parquet").write_text("x"),
        r"2026-06-01_run1/marts/extra\.parquet does not belong",
    ),
    "altered manifest in the middle": (
        lambda runs: _rewrite_manifest(_folder(runs, 2), status="fine"),
        r"2026-06-02_run2/manifest\.json was altered or the run before 2026-06-03_run3 is missing",
    ),
    "missing run in the middle": (
        lambda runs: shutil.rmtree(_folder(runs, 2)),
        r"the run before 2026-06-03_run3 is missing",
    ),
    "missing first run": (
        lambda runs: shutil.rmtree(_folder(runs, 1)),
        r"the run before 2026-06-02_run2 is missing",
    ),
    "missing manifest": (
        lambda runs: (_folder(runs, 2) / "manifest.json").unlink(),
        r"2026-06-02_run2/manifest\.json is missing",
    ),
    "manifest that is none": (
        lambda runs: _flip_a_byte(_folder(runs, 2) / "manifest.json"),
        r"2026-06-02_run2/manifest\.json was altered",
    ),
    "renamed folder": (
        lambda runs: _folder(runs, 2).rename(runs / "2026-06-02_other"),
        r"2026-06-02_other was renamed",
    ),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_what_was_altered_is_named(runs: Path, name: str) -> None:
    alter, expected = ALTERATIONS[name]
    alter(runs)
    finding = verify_chain(runs, None, None).finding
    assert finding is not None
    assert re.search(expected, finding), finding


def test_the_first_of_two_alterations_is_named(runs: Path) -> None:
    for number in (3, 1):
        _flip_a_byte(_folder(runs, number) / "marts" / "aged_debt.parquet")
    finding = verify_chain(runs, None, None).finding
    assert finding is not None
    assert "2026-06-01_run1" in finding


def test_a_head_that_somebody_kept_must_be_in_the_chain(runs: Path) -> None:
    kept = [run.manifest_sha256 for run in read_chain(runs)]
    assert verify_chain(runs, kept[2], None).finding is None
    assert verify_chain(runs, kept[1].upper(), None).finding is None, "later runs may follow it"
    assert [verify_chain(runs, head, None).runs_after for head in kept] == [2, 1, 0]
    assert verify_chain(runs, None, None).runs_after is None
    shutil.rmtree(_folder(runs, 3))
    assert verify_chain(runs, None, None).finding is None, "nothing in the folder tells"
    finding = verify_chain(runs, kept[2], None).finding
    assert finding is not None
    assert kept[2] in finding


def test_a_removed_last_run_shows_against_what_the_workspace_noted(runs: Path) -> None:
    noted = read_chain(runs)[-1].manifest_sha256
    shutil.rmtree(_folder(runs, 3))
    finding = verify_chain(runs, None, noted).finding
    assert finding is not None
    assert "2026-06-02_run2/manifest.json was altered, or the run after it is missing" in finding


def test_restricted_files_are_for_their_owner_and_the_rest_is_read_only(runs: Path) -> None:
    folder = _folder(runs, 1)
    assert (folder / "restricted").stat().st_mode & 0o777 == 0o700
    assert (folder / "restricted" / "holds.parquet").stat().st_mode & 0o777 == 0o600
    assert (folder / "marts" / "aged_debt.parquet").stat().st_mode & 0o222 == 0
    assert (folder / "manifest.json").stat().st_mode & 0o222 == 0
