"""Published runs form a chain of hashes; the first thing altered or missing is named."""

import shutil
from pathlib import Path

import pytest

from flows.runs.chain import committed_run_ids, read_chain, verify_chain
from tests.flows.altered_chains import (
    ALTERATIONS,
    DAYS,
    Alteration,
    chain_of_runs,
    flip_a_byte,
    folder_of,
)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Four published runs, the first of them thinned."""
    return chain_of_runs(tmp_path)


def test_an_untouched_chain_is_whole(runs: Path) -> None:
    verification = verify_chain(runs, None, None)
    assert verification.finding is None
    assert (verification.runs, verification.thinned, verification.files) == (4, 1, 6)
    assert verification.head_sha256 == read_chain(runs)[-1].manifest_sha256


def test_runs_are_read_oldest_first_and_ids_come_from_folders(runs: Path) -> None:
    assert [run.as_of.isoformat() for run in read_chain(runs)] == list(DAYS)
    assert committed_run_ids(runs) == {"run0", "run1", "run2", "run3"}


def test_a_folder_without_manifest_is_not_a_committed_run(runs: Path) -> None:
    (runs / "2026-06-04_run4").mkdir()
    assert "run4" not in committed_run_ids(runs)


@pytest.mark.parametrize("alteration", ALTERATIONS, ids=lambda alteration: alteration.fault)
def test_what_was_altered_is_named(alteration: Alteration, tmp_path: Path) -> None:
    assert alteration.found(tmp_path) is not None


def test_the_first_of_two_alterations_is_named(runs: Path) -> None:
    for number in (3, 1):
        flip_a_byte(folder_of(runs, number) / "marts" / "aged_debt.parquet")
    finding = verify_chain(runs, None, None).finding
    assert finding is not None
    assert "2026-06-01_run1" in finding


def test_a_head_that_somebody_kept_must_be_in_the_chain(runs: Path) -> None:
    kept = [run.manifest_sha256 for run in read_chain(runs)]
    assert verify_chain(runs, kept[3], None).finding is None
    assert verify_chain(runs, kept[2].upper(), None).finding is None, "later runs may follow it"
    assert [verify_chain(runs, head, None).runs_after for head in kept] == [3, 2, 1, 0]
    assert verify_chain(runs, None, None).runs_after is None
    shutil.rmtree(folder_of(runs, 3))
    assert verify_chain(runs, None, None).finding is None, "nothing in the folder shows it"
    finding = verify_chain(runs, kept[3], None).finding
    assert finding is not None
    assert kept[3] in finding


def test_a_removed_last_run_shows_against_what_the_workspace_noted(runs: Path) -> None:
    noted = read_chain(runs)[-1].manifest_sha256
    shutil.rmtree(folder_of(runs, 3))
    finding = verify_chain(runs, None, noted).finding
    assert finding is not None
    assert "2026-06-02_run2/manifest.json was altered, or the run after it is missing" in finding


def test_restricted_files_are_for_their_owner_and_the_rest_is_read_only(runs: Path) -> None:
    folder = folder_of(runs, 1)
    assert (folder / "restricted").stat().st_mode & 0o777 == 0o700
    assert (folder / "restricted" / "holds.parquet").stat().st_mode & 0o777 == 0o600
    assert (folder / "marts" / "aged_debt.parquet").stat().st_mode & 0o222 == 0
    assert (folder / "manifest.json").stat().st_mode & 0o222 == 0
