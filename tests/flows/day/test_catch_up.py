"""Missed days are separate runs, in order; when one of them stops, no file and no day is lost."""

import signal
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.day.missed_days import Missed
from flows.errors import ExitCode, NothingToWorkOnError, TransformError, UsageError
from flows.processes.dbt_process import DbtFolders, TransformOutcome
from flows.runs.chain import PublishedRun, read_chain, verify_chain
from flows.runs.workspace import Workspace
from flows.settings import Settings
from tests.flows import quick_day
from tests.flows.killed_day import NEVER, killed_days
from tests.flows.plain_day import run_days

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 6, day) for day in range(1, 6))
HEADER = (
    "invoice_id,debtor_id,service_code,invoice_date,due_date,net_amount,vat_amount,gross_amount\n"
)


@pytest.fixture
def settings(
    after_first_day: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A workspace whose Monday is published, with quick replacements."""
    quick_day.stand_in(monkeypatch)
    return quick_day.continued_from(after_first_day, tmp_path / "home")


@pytest.fixture
def workspace(settings: Settings) -> Workspace:
    return Workspace(settings.home)


def _put_invoice(inbox: Path, day: date, *, name: str | None = None) -> None:
    """One more invoice of a day, in a file with the day in its name, or with the given name."""
    row = f"{name or day},0001,HALL,{day},2026-07-31,10.00,2.00,12.00\n"
    (inbox / (name or f"invoices_{day:%Y%m%d}.csv")).write_text(HEADER + row, encoding="utf-8")


def _put_refused(inbox: Path, day: date) -> Path:
    path = inbox / f"invoices_{day:%Y%m%d}_bad.csv"
    path.write_bytes(b"\x00\x01 no csv")
    return path


def _marts(run: PublishedRun) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (run.folder / "marts").iterdir()}


def _marts_of_days(workspace: Workspace) -> dict[date, dict[str, bytes]]:
    return {run.as_of: _marts(run) for run in read_chain(workspace.runs)}


def _days(workspace: Workspace) -> list[date]:
    assert verify_chain(workspace.runs, None, None).finding is None
    return [run.as_of for run in read_chain(workspace.runs)]


def _fail_on(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the models of one day fail."""

    def build(settings: Settings, folders: DbtFolders, **more: object) -> TransformOutcome:
        with duckdb.connect(str(folders.warehouse), read_only=True) as warehouse:
            position = warehouse.execute("select as_of_date from raw.position").fetchone()
        if position == (day,):
            raise TransformError("dbt: model.council_income.aged_debt failed: it is only a test.")
        return quick_day.build_quickly(settings, folders, **more)

    monkeypatch.setattr("flows.day.steps.build_models", build)


def test_each_missed_day_is_a_run_of_its_own_in_the_chain(
    settings: Settings, workspace: Workspace
) -> None:
    for day in (TUESDAY, WEDNESDAY, THURSDAY):
        _put_invoice(workspace.inbox, day)
    outcome = run_days(settings, THURSDAY)
    assert _days(workspace) == [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]
    assert [(run.as_of, run.known_at) for run in read_chain(workspace.runs)[1:]] == [
        (day, day) for day in (TUESDAY, WEDNESDAY, THURSDAY)
    ]
    assert [day.manifest["as_of_date"] for day in outcome.days] == [
        *("2026-06-02", "2026-06-03", "2026-06-04")
    ]
    assert outcome.exit_code == ExitCode.DONE
    assert workspace.current_run() == outcome.folder


def test_days_caught_up_have_the_bytes_of_days_run_one_by_one(
    settings: Settings, workspace: Workspace, tmp_path: Path
) -> None:
    other = quick_day.continued_from(Workspace(settings.home), tmp_path / "undisturbed")
    for day in (TUESDAY, WEDNESDAY, THURSDAY):
        for one in (settings, other):
            _put_invoice(one.home / "inbox", day)
        run_days(other, day)
    run_days(settings, THURSDAY)
    marts = _marts_of_days(workspace)
    assert marts == _marts_of_days(Workspace(other.home))
    assert len({day["open_items.parquet"] for day in marts.values()}) == 4


def test_a_file_without_a_day_in_its_name_waits_for_the_requested_day(
    settings: Settings, workspace: Workspace
) -> None:
    _put_invoice(workspace.inbox, TUESDAY)
    _put_invoice(workspace.inbox, TUESDAY, name="invoices.csv")
    run_days(settings, THURSDAY)
    taken = {
        file["file"]: (run.as_of, file["known_on"])
        for run in read_chain(workspace.runs)[1:]
        for file in run.manifest["inputs"]
    }
    assert taken == {
        "invoices_20260602.csv": (TUESDAY, "2026-06-02"),
        "invoices.csv": (THURSDAY, "2026-06-04"),
    }


def test_too_many_missed_days_are_refused_and_nothing_is_run(
    settings: Settings, workspace: Workspace
) -> None:
    with pytest.raises(UsageError, match="--catch-up"):
        run_days(settings, date(2026, 6, 17))
    assert _days(workspace) == [MONDAY]


def test_with_catch_up_a_run_catches_up_any_number_of_days(
    settings: Settings, workspace: Workspace
) -> None:
    outcome = run_days(settings, date(2026, 6, 17), missed=Missed.CATCH_UP)
    assert len(outcome.caught_up) == 11
    assert len(_days(workspace)) == 13


def test_with_skip_a_run_runs_its_own_day_and_leaves_no_gap(
    settings: Settings, workspace: Workspace
) -> None:
    run_days(settings, date(2026, 6, 17), missed=Missed.SKIP)
    run_days(settings, date(2026, 6, 18))
    assert _days(workspace) == [MONDAY, date(2026, 6, 17), date(2026, 6, 18)]


def test_a_caught_up_day_that_withholds_stops_nothing_and_shows_in_the_exit_code(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = iter(["failed", "passed", "passed"])
    judging = sys.modules["expectations.gates"]
    monkeypatch.setattr(judging, "judge_gates", lambda *_, **__: quick_day.gates(next(verdicts)))
    outcome = run_days(settings, THURSDAY)
    assert _days(workspace) == [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]
    assert outcome.exit_code == ExitCode.WITHHELD
    assert [day.withheld for day in outcome.days] == [("write_off_schedule",), (), ()]


def test_a_caught_up_day_that_fails_stops_the_run_there_and_the_next_run_continues(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY):
        _put_invoice(workspace.inbox, day)
    with monkeypatch.context() as broken:
        _fail_on(WEDNESDAY, broken)
        with pytest.raises(TransformError, match="Catching up 2026-06-03: dbt") as failure:
            run_days(settings, FRIDAY)
    assert failure.value.exit_code == ExitCode.DEFECT
    assert _days(workspace) == [MONDAY, TUESDAY]
    run_days(settings, FRIDAY)
    assert _days(workspace) == [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY]


def test_an_inbox_of_refused_files_stops_a_catch_up_and_stays_until_it_is_corrected(
    settings: Settings, workspace: Workspace
) -> None:
    bad = _put_refused(workspace.inbox, TUESDAY)
    with pytest.raises(NothingToWorkOnError, match=r"2026-06-02: Every file .*_bad\.csv"):
        run_days(settings, THURSDAY)
    assert bad.exists()
    assert _days(workspace) == [MONDAY]
    bad.unlink()
    _put_invoice(workspace.inbox, TUESDAY)
    run_days(settings, THURSDAY)
    assert _days(workspace) == [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]


def test_a_refused_file_beside_one_that_waits_for_its_day_goes_to_quarantine(
    settings: Settings, workspace: Workspace
) -> None:
    bad = _put_refused(workspace.inbox, TUESDAY)
    _put_invoice(workspace.inbox, THURSDAY, name="invoices.csv")
    outcome = run_days(settings, THURSDAY)
    assert not bad.exists()
    tuesdays = workspace.quarantine_of(outcome.caught_up[0].run_id)
    assert (tuesdays / "files" / bad.name).exists()
    assert [file["file"] for file in outcome.manifest["inputs"]] == ["invoices.csv"]


def test_a_file_that_is_being_written_or_of_policy_is_not_one_that_waits_for_its_day(
    settings: Settings, workspace: Workspace
) -> None:
    _put_refused(workspace.inbox, TUESDAY)
    (workspace.inbox / "invoices.csv.part").write_text(HEADER, encoding="utf-8")
    (workspace.policy / "ledger_rules.csv").write_text("policy_row\n", encoding="utf-8")
    with pytest.raises(NothingToWorkOnError, match="Every file"):
        run_days(settings, THURSDAY)


@pytest.mark.kill
def test_a_catch_up_that_is_killed_again_and_again_is_completed_by_the_next_run(
    settings: Settings, workspace: Workspace, tmp_path: Path
) -> None:
    other = quick_day.continued_from(Workspace(settings.home), tmp_path / "undisturbed")
    for day in (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY):
        for one in (settings, other):
            _put_invoice(one.home / "inbox", day)
        run_days(other, day)
    reached = []
    with killed_days() as run:
        for point in (
            "after ingestion.intake.inbox.take_inbox",
            "before flows.runs.workspace.Workspace.commit",
            "after flows.runs.workspace.Workspace.commit",
            "before flows.day.steps.build_models",
            "before ingestion.intake.inbox.archive",
            NEVER,
        ):
            ended = run(settings.home, FRIDAY, point)
            assert ended == (0 if point == NEVER else -signal.SIGKILL), point
            reached.append(_days(workspace)[-1])
    assert reached == [MONDAY, MONDAY, TUESDAY, TUESDAY, WEDNESDAY, FRIDAY]
    assert _marts_of_days(workspace) == _marts_of_days(Workspace(other.home))
    assert [path for path in workspace.inbox.iterdir() if path.is_file()] == []
