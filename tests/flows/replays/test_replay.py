"""A replay recomputes a past day into a folder of its own and touches nothing else."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.cli import answer
from flows.errors import (
    ExitCode,
    NothingToWorkOnError,
    ReplayDiffersError,
    UsageError,
    WorkspaceBusyError,
)
from flows.processes.dbt_process import TransformOutcome
from flows.replays.comparison import Comparison
from flows.replays.replay import copy_raw_tables, replay_day, runs_that_count
from flows.runs.chain import read_chain
from flows.runs.workspace import Workspace
from flows.settings import PROJECT_ROOT, Settings
from tests.flows import quick_day
from tests.flows.plain_day import run_day
from tests.flows.quick_day import FIRST_DAY, SECOND_DAY


@pytest.fixture
def settings(
    after_second_day: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A workspace with two published days."""
    quick_day.stand_in(monkeypatch)
    return quick_day.continued_from(after_second_day, tmp_path / "home")


def _marts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "marts").iterdir()}


def _state(workspace: Workspace) -> dict[str, str]:
    files = [*workspace.published.rglob("*"), workspace.warehouse, *workspace.inbox.rglob("*")]
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()
    }


def test_a_replay_equals_the_run_published_for_that_pair_byte_for_byte(settings: Settings) -> None:
    outcome = replay_day(settings, FIRST_DAY, FIRST_DAY)
    (published,) = Workspace(settings.home).runs.glob(f"{FIRST_DAY}_*")
    assert _marts(outcome.folder) == _marts(published)
    assert outcome.exit_code == ExitCode.DONE


def test_a_replay_has_the_shape_of_a_published_run_but_is_in_no_chain(
    settings: Settings, tmp_path: Path
) -> None:
    outcome = replay_day(settings, FIRST_DAY, SECOND_DAY, tmp_path / "replayed")
    assert outcome.folder == tmp_path / "replayed"
    manifest = json.loads((outcome.folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["status"], manifest["previous_manifest_sha256"]) == ("replayed", None)
    assert (manifest["as_of_date"], manifest["known_at"]) == (str(FIRST_DAY), str(SECOND_DAY))
    assert (outcome.folder / "reports" / "index.html").exists()
    assert (outcome.folder / "restricted").stat().st_mode & 0o077 == 0


def test_a_replay_touches_neither_warehouse_nor_inbox_nor_what_is_published(
    settings: Settings,
) -> None:
    workspace = Workspace(settings.home)
    before = _state(workspace)
    replay_day(settings, FIRST_DAY, FIRST_DAY)
    assert _state(workspace) == before


def test_the_workspace_is_free_again_while_a_replay_computes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, held = Workspace(settings.home), []

    def look(*places: object, **names: object) -> object:
        held.append(workspace.is_held())
        return quick_day.build_quickly(*places, **names)  # type: ignore[arg-type]

    monkeypatch.setattr("flows.day.steps.build_models", look)
    replay_day(settings, FIRST_DAY, FIRST_DAY)
    assert held == [False]


def test_a_daily_run_may_begin_and_end_while_a_replay_computes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(settings.home)

    def run_meanwhile(*places: Any, **names: Any) -> TransformOutcome:
        monkeypatch.setattr("flows.day.steps.build_models", quick_day.build_quickly)
        _take_late(settings, known_at=SECOND_DAY, amount="7.00")
        return quick_day.build_quickly(*places, **names)

    monkeypatch.setattr("flows.day.steps.build_models", run_meanwhile)
    replay = replay_day(settings, SECOND_DAY, SECOND_DAY)
    assert [run.as_of.day for run in read_chain(workspace.runs)] == [1, 2, 3]
    assert replay.comparison.defect is None


def test_raw_tables_are_copied_under_the_lock(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, held = Workspace(settings.home), []

    def look(warehouse: Path, copy: Path, runs: set[str]) -> None:
        held.append(workspace.is_held())
        copy_raw_tables(warehouse, copy, runs)

    monkeypatch.setattr("flows.replays.replay.copy_raw_tables", look)
    replay_day(settings, FIRST_DAY, FIRST_DAY)
    assert held == [True]


def test_a_replay_of_a_held_workspace_says_so(settings: Settings) -> None:
    with Workspace(settings.home).locked(), pytest.raises(WorkspaceBusyError):
        replay_day(settings, FIRST_DAY, FIRST_DAY)


def test_an_output_that_holds_something_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(UsageError, match="--output"):
        replay_day(settings, FIRST_DAY, FIRST_DAY, tmp_path)


def test_an_empty_folder_may_be_the_output(settings: Settings, tmp_path: Path) -> None:
    output = tmp_path / "empty"
    output.mkdir()
    assert replay_day(settings, FIRST_DAY, FIRST_DAY, output).folder == output
    assert (output / "manifest.json").is_file()


def test_a_day_before_any_invoice_was_known_has_nothing_to_replay(settings: Settings) -> None:
    with pytest.raises(NothingToWorkOnError, match="2026-05-01"):
        replay_day(settings, date(2026, 5, 1), date(2026, 5, 1))
    assert list((settings.home / "replays").iterdir()) == []


def _take_late(settings: Settings, known_at: date, amount: str) -> None:
    """A file of the first day that comes after the second was published: a third run, same day."""
    (settings.home / "inbox" / "invoices_late_20260601.csv").write_text(
        "invoice_id,debtor_id,service_code,invoice_date,due_date,net_amount,vat_amount,gross_amount\n"
        f"I9,0001,HALL,2026-05-03,2026-06-03,{amount},0.00,{amount}\n",
        encoding="utf-8",
    )
    run_day(settings, date(2026, 6, 3), known_at)


def test_what_was_published_before_a_late_file_came_replays_unchanged(settings: Settings) -> None:
    published = Workspace(settings.home).current_run()
    assert published is not None
    _take_late(settings, known_at=SECOND_DAY, amount="7.00")
    replay = replay_day(settings, SECOND_DAY, SECOND_DAY)
    assert _marts(replay.folder) == _marts(published)
    assert replay.comparison.published_run == published.name


def test_a_pair_that_was_never_published_counts_every_committed_run(settings: Settings) -> None:
    _take_late(settings, known_at=SECOND_DAY, amount="7.00")
    replay = replay_day(settings, FIRST_DAY, SECOND_DAY)
    with duckdb.connect(str(replay.folder / "marts.duckdb"), read_only=True) as marts:
        items = marts.execute("select item_id from open_items order by 1").fetchall()
    assert ("I9",) in items
    assert replay.comparison == Comparison()


def test_a_pair_that_was_run_again_replays_as_its_last_run(settings: Settings) -> None:
    workspace = Workspace(settings.home)
    put_more = "invoices_more_20260602.csv"
    (settings.home / "inbox" / put_more).write_text(
        "invoice_id,debtor_id,service_code,invoice_date,due_date,net_amount,vat_amount,gross_amount\n"
        "I8,0001,HALL,2026-05-03,2026-06-03,8.00,0.00,8.00\n",
        encoding="utf-8",
    )
    again = run_day(settings, SECOND_DAY)
    replay = replay_day(settings, SECOND_DAY, SECOND_DAY)
    assert replay.comparison.published_run == again.folder.name
    assert _marts(replay.folder) == _marts(workspace.runs / again.folder.name)


def test_a_replay_looks_back_only_on_what_the_run_could_look_back_on(settings: Settings) -> None:
    _take_late(settings, known_at=SECOND_DAY, amount="7.00")
    counted = runs_that_count(
        read_chain(Workspace(settings.home).runs), as_of=FIRST_DAY, known_at=FIRST_DAY
    )
    assert [run.as_of for run in counted] == [FIRST_DAY]


def _build_by_policy(*places: Any, **names: Any) -> TransformOutcome:
    """Aged debt is a pound more for each row of the council's own policy that is known."""
    built = quick_day.build_quickly(*places, **names)
    with duckdb.connect(str(places[1].warehouse)) as warehouse:
        warehouse.execute(
            "update marts.aged_debt set outstanding_amount = outstanding_amount + ("
            "select count(*) from raw.policy_ledger_rules where _known_on <= known_at)"
        )
    return built


def test_a_backdated_policy_row_does_not_rewrite_the_past(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.day.steps.build_models", _build_by_policy)
    shipped = (PROJECT_ROOT / "dbt_project/seeds/policy/ledger_rules.csv").read_text("utf-8")
    header, row = shipped.splitlines()[:2]
    backdated = settings.home / "policy" / "ledger_rules_20260601.csv"
    backdated.write_text(f"{header}\n{row}\n", encoding="utf-8")
    run_day(settings, date(2026, 6, 3))
    published = replay_day(settings, SECOND_DAY, SECOND_DAY)
    assert published.comparison.defect is None
    later = replay_day(settings, SECOND_DAY, date(2026, 6, 3))
    assert _debt(later.folder) == _debt(published.folder) + 1


def _debt(folder: Path) -> Decimal:
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as marts:
        (total,) = marts.execute("select sum(outstanding_amount) from aged_debt").fetchall()[0]
    return Decimal(total)


def test_the_outcome_of_the_comparison_lies_in_the_sealed_folder(settings: Settings) -> None:
    replay = replay_day(settings, FIRST_DAY, FIRST_DAY)
    evidence = json.loads((replay.folder / "evidence" / "comparison.json").read_text("utf-8"))
    assert evidence["published_run"].startswith(f"{FIRST_DAY}_")
    assert {mart["outcome"] for mart in evidence["marts"]} == {"equal"}
    assert {gate["published"] == gate["replayed"] for gate in evidence["gates"]} == {True}
    sealed = json.loads((replay.folder / "manifest.json").read_text("utf-8"))["files"]
    assert "evidence/comparison.json" in {file["path"] for file in sealed}


def test_a_published_mart_that_was_altered_is_named(settings: Settings) -> None:
    (published,) = Workspace(settings.home).runs.glob(f"{FIRST_DAY}_*")
    altered = published / "marts" / "aged_debt.parquet"
    altered.chmod(0o600)
    altered.write_bytes(altered.read_bytes() + b"0")
    with pytest.raises(ReplayDiffersError, match=r"altered: aged_debt: see .*comparison\.json"):
        replay_day(settings, FIRST_DAY, FIRST_DAY)


def _build_otherwise(*places: Any, **names: Any) -> TransformOutcome:
    built = quick_day.build_quickly(*places, **names)
    with duckdb.connect(str(places[1].warehouse)) as warehouse:
        warehouse.execute("update marts.aged_debt set outstanding_amount = outstanding_amount + 1")
    return built


def test_with_the_same_code_a_difference_is_a_defect_that_names_the_marts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("flows.day.steps.build_models", _build_otherwise)
    with pytest.raises(
        ReplayDiffersError, match="same code and libraries: aged_debt: see"
    ) as raised:
        replay_day(settings, FIRST_DAY, FIRST_DAY, tmp_path / "replayed")
    assert raised.value.exit_code == ExitCode.DEFECT
    assert (tmp_path / "replayed" / "evidence" / "comparison.json").is_file()


def test_a_gate_that_says_otherwise_is_a_defect_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_day.stand_in(monkeypatch, quick_day.gates(write_off="failed"))
    with pytest.raises(ReplayDiffersError, match="write_off_schedule, gate write_off"):
        replay_day(settings, FIRST_DAY, FIRST_DAY)


def test_with_other_code_the_values_are_compared_and_nothing_fails(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.day.report.code_version", lambda: "9.9.9")
    replay = replay_day(settings, FIRST_DAY, FIRST_DAY)
    assert (replay.exit_code, replay.comparison.same_code) == (ExitCode.DONE, False)
    assert replay.comparison.differing == ()
    monkeypatch.setattr("flows.day.steps.build_models", _build_otherwise)
    changed = replay_day(settings, FIRST_DAY, FIRST_DAY)
    assert changed.exit_code == ExitCode.DONE
    (mart,) = [mart for mart in changed.comparison.marts if mart.outcome == "changed"]
    assert (mart.name, mart.rows_changed, mart.columns) == (
        "aged_debt",
        1,
        {"outstanding_amount": 1},
    )
    assert "Code or libraries have changed" in changed.comparison.in_words()


def test_replay_is_refused_or_reported_in_one_line(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.calendar.today", lambda: date(2026, 6, 30))
    home = ["--home", str(settings.home), "--quiet"]
    for words, code, expected in (
        (["--as-of", "2026-07-01"], 2, "--as-of 2026-07-01 is in the future"),
        (
            ["--as-of", "2026-06-01", "--known-at", "2026-07-01"],
            2,
            "--known-at 2026-07-01 is in the future",
        ),
        (
            ["--as-of", "2026-06-01", "--compare-known-at", "2026-06-02", "2026-06-01"],
            2,
            "name the earlier day first",
        ),
        (
            [
                *("--as-of", "2026-06-01", "--known-at", "2026-06-01"),
                *("--compare-known-at", "2026-06-01", "2026-06-02"),
            ],
            2,
            "leave --known-at out",
        ),
        (
            ["--as-of", "2026-06-01", "--known-at", "2026-05-01"],
            4,
            "No invoice was known by 2026-05-01: the first is known from 2026-06-01",
        ),
        (
            ["--as-of", "2026-06-01", "--compare-known-at", "2026-05-01", "2026-06-02"],
            4,
            "No invoice was known by 2026-05-01: the first is known from 2026-06-01",
        ),
    ):
        assert answer(["replay", *words, *home]) == code
        written = capsys.readouterr()
        assert written.out == ""
        assert written.err.count("\n") == 1
        assert expected in written.err
