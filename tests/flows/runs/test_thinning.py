"""Which published runs stay whole by policy, and what is left of the others."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.answers.explain import explain
from flows.answers.query import open_marts
from flows.cli import answer
from flows.errors import UsageError
from flows.runs import crash_recovery
from flows.runs.chain import (
    MANIFEST,
    TOMBSTONE,
    PublishedRun,
    read_chain,
    run_folders,
    verify_chain,
)
from flows.runs.crash_recovery import restart
from flows.runs.policy_in_force import known_policy, policy_marks
from flows.runs.thinning import Retention, retention_by, runs_to_thin, thin, thinned_by
from flows.runs.workspace import Workspace
from flows.settings import PROJECT_ROOT, Settings
from ingestion.intake.warehouse import open_warehouse
from tests.flows import quick_day
from tests.flows.altered_chains import DAYS, THINNED_BY, chain_of_runs, folder_of
from tests.flows.plain_day import run_day
from tests.flows.quick_day import FIRST_DAY, SECOND_DAY

SEED = PROJECT_ROOT / "dbt_project" / "seeds" / "policy" / "publication_retention.csv"
FEBRUARY_ON = date(2026, 2, 1)
POLICY = Retention(35, policy_rows=("row",))


def _daily_runs(first: date, number: int, folder: Path) -> tuple[PublishedRun, ...]:
    days = [first + timedelta(days=each) for each in range(number)]
    return tuple(
        PublishedRun(
            folder / f"{day}_r", {"as_of_date": f"{day}", "known_at": f"{day}", "run_id": "r"}, ""
        )
        for day in days
    )


def _days(runs: Sequence[PublishedRun]) -> list[str]:
    return [f"{run.as_of:%d %b}" for run in runs]


def _marks(**values: str) -> list[dict[str, str]]:
    return [
        {"table": "publication_retention", "key": key, "value": value, "policy_row": f"p/{key}"}
        for key, value in values.items()
    ]


def test_the_newest_thirty_five_runs_stay_whole_the_present_one_included(tmp_path: Path) -> None:
    chain = _daily_runs(FEBRUARY_ON, 34, tmp_path)
    assert runs_to_thin(chain, date(2026, 3, 7), POLICY) == ()
    chain = _daily_runs(FEBRUARY_ON, 35, tmp_path)
    assert _days(runs_to_thin(chain, date(2026, 3, 8), POLICY)) == ["01 Feb"]


def test_month_ends_stay_whole_for_good(tmp_path: Path) -> None:
    chain = _daily_runs(FEBRUARY_ON, 100, tmp_path)
    thinned = _days(runs_to_thin(chain, date(2026, 5, 12), POLICY))
    assert len(thinned) == 100 - 34 - 2
    assert {"28 Feb", "31 Mar"}.isdisjoint(thinned)


def test_the_last_run_of_a_month_without_one_on_its_last_day_stays_whole(tmp_path: Path) -> None:
    chain = [run for run in _daily_runs(FEBRUARY_ON, 90, tmp_path) if run.as_of.day != 28]
    assert "27 Feb" not in _days(runs_to_thin(chain, date(2026, 5, 12), POLICY))


@pytest.mark.parametrize("key", ["month_ends_whole", "year_ends_whole"])
def test_a_policy_that_would_thin_month_ends_or_31_march_thins_nothing(key: str) -> None:
    marks = {"runs_whole": "1", "month_ends_whole": "true", "year_ends_whole": "true"}
    assert retention_by(_marks(**marks)) is not None
    assert retention_by(_marks(**marks | {key: "false"})) is None


def test_a_run_that_was_thinned_is_not_thinned_again(tmp_path: Path) -> None:
    chain = _daily_runs(FEBRUARY_ON, 35, tmp_path)
    chain[0].folder.mkdir()
    (chain[0].folder / TOMBSTONE).touch()
    assert runs_to_thin(chain, date(2026, 3, 8), POLICY) == ()


@pytest.mark.parametrize("runs_whole", ["", "many", "-1"])
def test_without_a_figure_nothing_is_thinned(runs_whole: str) -> None:
    marks = _marks(runs_whole=runs_whole, month_ends_whole="true", year_ends_whole="true")
    assert retention_by(marks) is None
    assert retention_by(marks[1:]) is None


def test_the_present_run_stays_whole_whatever_policy_says() -> None:
    marks = _marks(runs_whole="0", month_ends_whole="true", year_ends_whole="true")
    rows = ("p/month_ends_whole", "p/runs_whole", "p/year_ends_whole")
    assert retention_by(marks) == Retention(1, policy_rows=rows)


def test_the_shipped_policy_keeps_thirty_five_runs_month_ends_and_year_ends(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "income.duckdb") as warehouse:
        quick_day.make_policy_tables(warehouse)
        warehouse.execute(
            "create or replace table policy.publication_retention as "
            f"select * from read_csv('{SEED}', all_varchar = true)"
        )
        day = date(2026, 6, 30)
        retention = retention_by(policy_marks(known_policy(warehouse, day), day))
    assert retention is not None
    assert retention.runs == 35


def test_a_thinned_run_keeps_its_manifest_and_says_by_whom_and_why(tmp_path: Path) -> None:
    runs = chain_of_runs(tmp_path)
    thinned = folder_of(runs, 0)
    assert sorted(path.name for path in thinned.iterdir()) == [MANIFEST, TOMBSTONE]
    tombstone = json.loads((thinned / TOMBSTONE).read_text(encoding="utf-8"))
    assert tombstone["run"] == thinned.name
    assert tombstone["thinned_by"] == f"run{THINNED_BY}"
    assert tombstone["policy_rows"] == ["row"]
    assert tombstone["files_removed"] == 2


def test_thinning_that_was_interrupted_is_finished_by_doing_it_again(tmp_path: Path) -> None:
    runs = chain_of_runs(tmp_path)
    tombstone = folder_of(runs, 0) / TOMBSTONE
    tombstone.rename(tombstone.with_name(f"{TOMBSTONE}.part"))
    (folder_of(runs, 0) / "marts").mkdir()
    (folder_of(runs, 0) / "marts.duckdb").touch()
    manifest = json.loads((folder_of(runs, THINNED_BY) / MANIFEST).read_text(encoding="utf-8"))
    for _ in range(2):
        thin(runs, manifest)
        assert len(list(folder_of(runs, 0).iterdir())) == 2
    assert verify_chain(runs, None, None).finding is None


def test_what_is_named_is_the_tombstone_that_is_written(tmp_path: Path) -> None:
    runs = chain_of_runs(tmp_path)
    chain = verify_chain(runs, None, None)
    assert (chain.runs, chain.thinned) == (len(DAYS), 1)
    run = PublishedRun(folder_of(runs, 1), {"files": []}, "hash")
    (record,) = thinned_by("x", [run], [])
    assert record["manifest_sha256"] == "hash"


@pytest.fixture
def settings(
    after_first_day: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A workspace after its first run, whose policy keeps one run whole."""
    quick_day.stand_in(monkeypatch)
    settings = quick_day.continued_from(after_first_day, tmp_path / "home")
    with open_warehouse(Workspace(settings.home).warehouse) as warehouse:
        warehouse.execute(
            "create or replace table policy.publication_retention as "
            "select * replace (if(key = 'runs_whole', '1', value) as value) "
            f"from read_csv('{SEED}', all_varchar = true)"
        )
    return settings


def test_a_run_thins_the_ones_before_it_and_history_keeps_their_figures(
    settings: Settings,
) -> None:
    run_day(settings, SECOND_DAY)
    third = run_day(settings, SECOND_DAY + timedelta(days=1))
    workspace = Workspace(settings.home)
    first, second, _ = run_folders(workspace.runs)
    for thinned in (first, second):
        assert sorted(path.name for path in thinned.iterdir()) == [MANIFEST, TOMBSTONE]
    found = verify_chain(workspace.runs, None, None)
    assert (found.finding, found.runs, found.thinned) == (None, 3, 2)
    with open_marts(third.folder) as marts:
        days = marts.execute("select distinct as_of_date from aged_debt_history order by 1")
        assert [row[0] for row in days.fetchall()] == [
            FIRST_DAY,
            SECOND_DAY,
            SECOND_DAY + timedelta(days=1),
        ]


def test_a_run_again_keeps_what_only_history_still_has(settings: Settings) -> None:
    """Where the run before was thinned, the same day's own earlier run has its figures."""
    run_day(settings, SECOND_DAY)
    again = run_day(settings, SECOND_DAY)
    with open_marts(again.folder) as marts:
        days = marts.execute("select distinct as_of_date from aged_debt_history order by 1")
        assert [row[0] for row in days.fetchall()] == [FIRST_DAY, SECOND_DAY]


def test_a_run_killed_before_it_thinned_is_finished_by_the_next(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crash_recovery, "thin", _killed)
    with pytest.raises(KeyboardInterrupt):
        run_day(settings, SECOND_DAY)
    workspace = Workspace(settings.home)
    assert verify_chain(workspace.runs, None, None).finding is None
    assert verify_chain(workspace.runs, None, None).thinned == 0
    monkeypatch.undo()
    restart(workspace, read_chain(workspace.runs))
    assert verify_chain(workspace.runs, None, None).thinned == 1


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_explain_of_a_thinned_day_names_the_replay(settings: Settings) -> None:
    run_day(settings, SECOND_DAY)
    with pytest.raises(UsageError, match=f"replay --as-of {FIRST_DAY} --known-at {FIRST_DAY}"):
        explain(Workspace(settings.home), "invoice", "I1", FIRST_DAY)


def test_verify_distinguishes_thinned_runs(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    run_day(settings, SECOND_DAY)
    assert answer(["verify", "--home", str(settings.home)]) == 0
    said = capsys.readouterr().out
    assert "2 published runs" in said
    assert "1 of the runs thinned by policy to manifest and tombstone" in said
