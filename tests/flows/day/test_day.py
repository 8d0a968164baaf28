"""The order of the day: what a run publishes, what it refuses, and that it may be repeated."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.answers.query import open_marts
from flows.day.position import refuse_future_days
from flows.errors import (
    BrokenChainError,
    ExitCode,
    NothingToWorkOnError,
    TransformError,
    UsageError,
)
from flows.runs.chain import PublishedRun, read_chain, verify_chain
from flows.runs.crash_recovery import read_intake
from flows.runs.journal import read_attempt
from flows.runs.workspace import Workspace
from flows.settings import Settings, load_settings
from ingestion.intake import inbox
from tests.flows import quick_day
from tests.flows.plain_day import run_day
from tests.flows.quick_day import FIRST_DAY, SECOND_DAY, put_first_files, put_second_files


@dataclass(frozen=True)
class FirstDay:
    """A workspace after its first run."""

    settings: Settings
    workspace: Workspace
    run: PublishedRun


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A workspace with the files of the first day in its inbox, and quick replacements."""
    quick_day.stand_in(monkeypatch)
    put_first_files(tmp_path / "home" / "inbox")
    return load_settings(tmp_path / "home", {}, tmp_path)


@pytest.fixture
def workspace(settings: Settings) -> Workspace:
    return Workspace(settings.home)


@pytest.fixture
def first(after_first_day: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FirstDay:
    """A workspace whose first day is published, and quick replacements."""
    quick_day.stand_in(monkeypatch)
    settings = quick_day.continued_from(after_first_day, tmp_path / "continued")
    workspace = Workspace(settings.home)
    (run,) = read_chain(workspace.runs)
    return FirstDay(settings, workspace, run)


def _mart_bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "marts").iterdir()}


def _rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with open_marts(folder) as marts:
        return marts.execute(sql).fetchall()


def test_a_run_publishes_marts_report_evidence_and_manifest(
    settings: Settings, workspace: Workspace
) -> None:
    outcome = run_day(settings, FIRST_DAY)
    assert outcome.exit_code == ExitCode.DONE
    assert workspace.current_run() == outcome.folder
    assert {path.name for path in outcome.folder.iterdir()} == {
        *("marts", "marts.duckdb", "restricted", "reports", "evidence", "manifest.json"),
    }
    assert outcome.folder.name == f"{FIRST_DAY}_{outcome.run_id}"
    assert verify_chain(workspace.runs, None, None).finding is None


def test_the_manifest_says_what_went_in_and_what_came_out(settings: Settings) -> None:
    put_second_files(settings.home / "inbox")
    outcome = run_day(settings, SECOND_DAY)
    manifest = json.loads((outcome.folder / "manifest.json").read_text(encoding="utf-8"))
    assert {
        *("run_id", "as_of_date", "known_at", "status", "code_version", "lock_sha256"),
        *("policy_sha256", "target", "started_at", "finished_at", "inputs", "gates", "marts"),
        *("files", "previous_manifest_sha256"),
    } <= set(manifest)
    for file in manifest["inputs"]:
        parts = ("rows_accepted", "rows_quarantined", "rows_set_aside")
        assert file["rows_read"] == sum(file[part] for part in parts)
    taken = {file["file"]: file for file in manifest["inputs"]}
    assert taken["invoices_20260602.csv"]["rows_quarantined"] == 1
    assert {mart["name"]: mart["rows"] for mart in manifest["marts"]}["open_items"] == 3
    listed = {file["path"] for file in manifest["files"]}
    there = {
        path.relative_to(outcome.folder).as_posix()
        for path in outcome.folder.rglob("*")
        if path.is_file()
    }
    assert listed == there - {"manifest.json"}


def test_taken_files_are_archived_and_the_inbox_is_empty(first: FirstDay) -> None:
    workspace = first.workspace
    assert [path for path in workspace.inbox.iterdir() if path.is_file()] == []
    archived = {path.name for path in workspace.archive_of(first.run.run_id).iterdir()}
    assert archived == {file.name for file in read_intake(first.run.folder)}


def test_a_second_run_of_a_pair_changes_no_byte_of_any_mart(first: FirstDay) -> None:
    for _ in range(2):
        put_first_files(first.workspace.inbox)
        again = run_day(first.settings, FIRST_DAY)
        assert again.folder != first.run.folder
        assert _mart_bytes(again.folder) == _mart_bytes(first.run.folder)


def test_an_empty_inbox_is_fine(first: FirstDay) -> None:
    outcome = run_day(first.settings, SECOND_DAY)
    assert outcome.manifest["inputs"] == []
    assert _rows(outcome.folder, "select count(*) from open_items") == [(2,)]


def test_the_database_holds_the_rows_of_the_parquet_files_and_says_what_columns_mean(
    first: FirstDay,
) -> None:
    folder = first.run.folder
    for parquet in (folder / "marts").iterdir():
        rows = duckdb.sql(f"select * from '{parquet}'").fetchall()
        assert _rows(folder, f"from {parquet.stem}") == rows
    comments = _rows(folder, "select comment from duckdb_columns() where column_name = 'item_id'")
    assert comments == [("Part of the key.",)]


def test_each_manifest_names_the_hash_of_the_one_before(first: FirstDay) -> None:
    outcomes = [run_day(first.settings, day) for day in (FIRST_DAY, SECOND_DAY)]
    chain = read_chain(first.workspace.runs)
    ids = [outcome.run_id for outcome in outcomes]
    assert [run.run_id for run in chain] == [first.run.run_id, *ids]
    assert chain[0].previous_sha256 is None
    assert chain[2].previous_sha256 == chain[1].manifest_sha256


@pytest.mark.parametrize(
    ("as_of", "known_at", "option"),
    [
        (FIRST_DAY, SECOND_DAY, "--as-of 2026-06-01"),
        (SECOND_DAY, FIRST_DAY, "--known-at 2026-06-01"),
    ],
)
def test_a_run_for_an_earlier_day_is_refused_and_points_to_replay(
    settings: Settings, workspace: Workspace, as_of: date, known_at: date, option: str
) -> None:
    published = run_day(settings, SECOND_DAY)
    with pytest.raises(UsageError, match="income replay") as refusal:
        run_day(settings, as_of, known_at)
    assert option in str(refusal.value)
    assert refusal.value.exit_code == ExitCode.USAGE
    assert workspace.current_run() == published.folder


def test_a_failed_gate_withholds_its_marts_and_everything_else_is_published(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_day.stand_in(monkeypatch, quick_day.gates(write_off="failed"))
    outcome = run_day(settings, FIRST_DAY)
    assert outcome.exit_code == ExitCode.WITHHELD
    assert outcome.withheld == ("write_off_schedule",)
    assert not (outcome.folder / "marts" / "write_off_schedule.parquet").exists()
    assert (outcome.folder / "marts" / "aged_debt.parquet").exists()
    with pytest.raises(duckdb.CatalogException):
        _rows(outcome.folder, "from write_off_schedule")
    gate = outcome.manifest["gates"][1]
    assert (gate["failed_checks"], gate["withheld"]) == (["W01"], ["write_off_schedule"])


def test_a_gate_without_any_input_publishes_nothing_and_is_not_a_failure(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_day.stand_in(monkeypatch, quick_day.gates(write_off="no_data"))
    outcome = run_day(settings, FIRST_DAY)
    assert outcome.exit_code == ExitCode.DONE
    assert not (outcome.folder / "marts" / "write_off_schedule.parquet").exists()


def test_without_any_invoice_nothing_is_committed_and_the_inbox_stays(
    settings: Settings, workspace: Workspace
) -> None:
    (workspace.inbox / "invoices_20260601.csv").unlink()
    with pytest.raises(NothingToWorkOnError, match="No invoice was known by") as nothing:
        run_day(settings, FIRST_DAY)
    assert nothing.value.exit_code == ExitCode.NOTHING_TO_WORK_ON
    assert (workspace.inbox / "debtors_20260601.csv").exists()
    assert read_chain(workspace.runs) == ()
    put_first_files(workspace.inbox)
    assert run_day(settings, FIRST_DAY).exit_code == ExitCode.DONE


def test_a_known_at_before_any_file_names_the_first_day_on_which_an_invoice_is_known(
    settings: Settings, workspace: Workspace
) -> None:
    with pytest.raises(NothingToWorkOnError, match="the first is known from 2026-06-01"):
        run_day(settings, FIRST_DAY, date(2026, 5, 1))
    assert (workspace.inbox / "invoices_20260601.csv").is_file()


def test_a_day_in_the_future_is_refused_and_today_is_not() -> None:
    refuse_future_days(FIRST_DAY, FIRST_DAY, FIRST_DAY)
    with pytest.raises(UsageError, match="--as-of 2026-06-02 is in the future: use 2026-06-01"):
        refuse_future_days(FIRST_DAY, SECOND_DAY)
    with pytest.raises(UsageError, match="--known-at 2026-06-02 is in the future"):
        refuse_future_days(FIRST_DAY, None, FIRST_DAY, SECOND_DAY)


def test_an_inbox_of_refused_files_only_stays_and_the_quarantine_says_why(
    first: FirstDay,
) -> None:
    workspace = first.workspace
    (workspace.inbox / "invoices_20260602.csv").write_bytes(b"\x00\x01 no csv")
    with pytest.raises(NothingToWorkOnError, match=r"invoices_20260602\.csv") as nothing:
        run_day(first.settings, SECOND_DAY)
    assert "\n" not in str(nothing.value)
    assert (workspace.inbox / "invoices_20260602.csv").exists()
    assert workspace.current_run() == first.run.folder
    attempt = read_attempt(workspace)
    assert attempt is not None
    assert attempt.exit_code == ExitCode.NOTHING_TO_WORK_ON
    assert (workspace.quarantine_of(attempt.run_id) / "refused.csv").exists()


def test_after_a_failure_of_the_models_the_next_run_continues_as_usual(
    first: FirstDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, workspace = first.settings, first.workspace
    put_second_files(workspace.inbox)

    def fail(*_places: object, **_names: object) -> None:
        raise TransformError("dbt: model.council_income.aged_debt failed: it is only a test.")

    with monkeypatch.context() as broken:
        broken.setattr("flows.day.steps.build_models", fail)
        with pytest.raises(TransformError, match="aged_debt"):
            run_day(settings, SECOND_DAY)
    assert workspace.current_run() == first.run.folder
    assert (workspace.inbox / "invoices_20260602.csv").exists()
    outcome = run_day(settings, SECOND_DAY)
    assert _rows(outcome.folder, "select count(*) from open_items") == [(3,)]


def test_a_file_that_cannot_be_read_is_named_in_the_log_and_the_manifest(
    settings: Settings,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    read = inbox.fingerprint_of

    def forbidden(path: Path) -> object:
        if path.name == "receipts_20260601.csv":
            raise PermissionError(path)
        return read(path)

    monkeypatch.setattr(inbox, "fingerprint_of", forbidden)
    (workspace.inbox / "receipts_20260601.csv").write_text("", encoding="utf-8")
    (workspace.inbox / "holds.csv.part").write_text("", encoding="utf-8")
    outcome = run_day(settings, FIRST_DAY)
    assert outcome.manifest["unreadable"] == ["receipts_20260601.csv"]
    assert outcome.manifest["left_alone"] == ["holds.csv.part", "receipts_20260601.csv"]
    (warning,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert "receipts_20260601.csv cannot be read" in warning.getMessage()
    assert str(workspace.home) not in warning.getMessage()


def test_a_refused_file_beside_good_ones_goes_to_quarantine_after_the_commit(
    settings: Settings, workspace: Workspace
) -> None:
    (workspace.inbox / "receipts_20260601.csv").write_text("no,such\ncolumns,here\n")
    outcome = run_day(settings, FIRST_DAY)
    moved = workspace.quarantine_of(outcome.run_id) / "files" / "receipts_20260601.csv"
    assert moved.exists()
    assert not (workspace.inbox / "receipts_20260601.csv").exists()


def test_a_missing_published_run_stops_the_next_one_before_its_rows_are_lost(
    first: FirstDay, tmp_path: Path
) -> None:
    second = run_day(first.settings, SECOND_DAY)
    second.folder.rename(tmp_path / "elsewhere")
    with pytest.raises(BrokenChainError, match=second.folder.name):
        run_day(first.settings, SECOND_DAY)
    (tmp_path / "elsewhere").rename(second.folder)
    assert run_day(first.settings, SECOND_DAY).exit_code == ExitCode.DONE


def test_a_warehouse_without_the_rows_of_published_runs_is_refused(
    first: FirstDay,
) -> None:
    first.workspace.warehouse.unlink()
    put_second_files(first.workspace.inbox)
    with pytest.raises(BrokenChainError, match=r"income\.duckdb does not hold the rows"):
        run_day(first.settings, SECOND_DAY)


def test_a_run_leaves_nothing_half_built_and_notes_how_it_ended(first: FirstDay) -> None:
    assert list(first.workspace.building.iterdir()) == []
    attempt = read_attempt(first.workspace)
    assert attempt is not None
    assert (attempt.run_id, attempt.exit_code) == (first.run.run_id, ExitCode.DONE)
