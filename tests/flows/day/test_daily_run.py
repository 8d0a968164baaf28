"""The flow is the day in Prefect's hands: same outcome, artifacts, a schedule with holidays."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import yaml
from prefect import Flow
from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterParentFlowRunId
from prefect.flows import load_flow_from_entrypoint
from prefect.server.schemas.schedules import CronSchedule
from prefect.testing.utilities import prefect_test_harness

from flows.daily_run import daily_run
from flows.day.day import RunOutcome
from flows.errors import ExitCode, NothingToWorkOnError, UsageError
from flows.runs.chain import read_chain
from flows.runs.workspace import Workspace
from tests.flows import quick_day
from tests.flows.quick_day import FIRST_DAY, put_first_files

pytestmark = pytest.mark.slow
DEPLOYMENT = yaml.safe_load(
    (Path(__file__).parents[3] / "prefect.yaml").read_text(encoding="utf-8")
)["deployments"][0]


@pytest.fixture(scope="module")
def prefect_server() -> Iterator[None]:
    """One Prefect server for the tests of this module."""
    with prefect_test_harness(server_startup_timeout=180):
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    quick_day.stand_in(monkeypatch)
    put_first_files(tmp_path / "home" / "inbox")
    return tmp_path / "home"


@pytest.mark.usefixtures("prefect_server")
def test_the_flow_publishes_the_day_and_leaves_artifacts(home: Path) -> None:
    outcome = cast(RunOutcome, daily_run(as_of=FIRST_DAY, home=home))
    assert outcome.exit_code == ExitCode.DONE
    assert Workspace(home).current_run() == outcome.folder
    summary, table = Artifact.get("day-summary"), Artifact.get("gates")
    assert "Marts published: 4" in str(_content(summary))
    assert "write_off" in str(_content(table))


@pytest.mark.usefixtures("prefect_server")
def test_a_flow_whose_gate_failed_shows_it_in_its_state(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_day.stand_in(monkeypatch, quick_day.gates(write_off="failed"))
    state = daily_run(as_of=FIRST_DAY, home=home, return_state=True)
    assert (state.name, state.message) == ("Withheld", "write_off_schedule")
    assert cast(RunOutcome, state.result()).exit_code == ExitCode.WITHHELD


@pytest.mark.usefixtures("prefect_server")
def test_the_flow_catches_up_missed_days_each_as_a_flow_run_of_its_own(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily_run(as_of=FIRST_DAY, home=home)
    verdicts = iter(["failed", "passed", "passed"])
    judging = sys.modules["expectations.gates"]
    monkeypatch.setattr(judging, "judge_gates", lambda *_, **__: quick_day.gates(next(verdicts)))
    state = daily_run(
        as_of=date(2026, 6, 4), home=home, only_on_working_days=True, return_state=True
    )
    assert (state.name, state.message) == ("Withheld", "write_off_schedule of 2026-06-02")
    outcome = cast(RunOutcome, state.result())
    assert outcome.exit_code == ExitCode.WITHHELD
    assert [run.as_of for run in read_chain(Workspace(home).runs)] == [
        date(2026, 6, day) for day in (1, 2, 3, 4)
    ]
    below = FlowRunFilter(
        parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[state.state_details.flow_run_id])
    )
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(flow_run_filter=below)
    assert sorted(str(run.parameters["as_of"]) for run in runs) == ["2026-06-02", "2026-06-03"]


@pytest.mark.usefixtures("prefect_server")
def test_a_missed_day_that_fails_leaves_the_flow_with_its_exit_code(home: Path) -> None:
    daily_run(as_of=FIRST_DAY, home=home)
    (home / "inbox" / "invoices_20260602.csv").write_bytes(b"\x00\x01 no csv")
    with pytest.raises(NothingToWorkOnError, match="Catching up 2026-06-02: Every file"):
        daily_run(as_of=date(2026, 6, 4), home=home)


@pytest.mark.usefixtures("prefect_server")
def test_a_scheduled_run_after_a_long_gap_asks_for_a_choice_that_its_parameters_can_make(
    home: Path,
) -> None:
    daily_run(as_of=FIRST_DAY, home=home)
    later = date(2026, 6, 17)
    with pytest.raises(UsageError, match="11 working days were missed"):
        daily_run(as_of=later, home=home, only_on_working_days=True)
    outcome = cast(RunOutcome, daily_run(as_of=later, home=home, missed="skip"))
    assert outcome.caught_up == ()


def _content(artifact: Any) -> object:
    assert artifact is not None
    return artifact.data


@pytest.mark.usefixtures("prefect_server")
def test_a_failure_leaves_the_flow_with_its_exit_code(home: Path) -> None:
    (home / "inbox" / "invoices_20260601.csv").unlink()
    with pytest.raises(NothingToWorkOnError, match="No invoice was known by"):
        daily_run(as_of=FIRST_DAY, home=home)


@pytest.mark.usefixtures("prefect_server")
def test_a_scheduled_run_on_a_bank_holiday_is_skipped_with_a_clear_line(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    easter_monday = date(2026, 4, 6)
    with caplog.at_level("INFO", logger="flows"):
        state = daily_run(
            as_of=easter_monday, home=home, only_on_working_days=True, return_state=True
        )
    assert (state.name, state.is_completed()) == ("Skipped", True)
    assert "2026-04-06 is a bank holiday (Easter Monday)" in str(state.message)
    assert "the scheduled run is skipped" in caplog.text
    assert not Workspace(home).runs.exists()


@pytest.mark.usefixtures("prefect_server")
def test_a_run_that_somebody_starts_happens_on_any_day(home: Path) -> None:
    saturday = date(2026, 6, 6)
    outcome = cast(RunOutcome, daily_run(as_of=saturday, home=home))
    assert outcome.folder.name.startswith("2026-06-06_")


def test_the_deployment_names_the_flow_and_parameters_that_it_takes() -> None:
    flow: Flow[Any, Any] = load_flow_from_entrypoint(DEPLOYMENT["entrypoint"])
    assert flow.name == "daily_run"
    assert set(DEPLOYMENT["parameters"]) <= set(flow.parameters.properties)
    assert DEPLOYMENT["parameters"]["only_on_working_days"] is True


def test_the_schedule_is_half_past_six_in_london_from_monday_to_friday_summer_and_winter() -> None:
    (schedule,) = DEPLOYMENT["schedules"]
    assert schedule["timezone"] == "Europe/London"
    cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    thursday = datetime(2026, 3, 26, 12, tzinfo=ZoneInfo("Europe/London"))
    fires = asyncio.run(cron.get_dates(n=3, start=thursday))
    assert [f"{fire:%a %H:%M}" for fire in fires] == ["Fri 06:30", "Mon 06:30", "Tue 06:30"]
    assert fires[0].utcoffset() != fires[1].utcoffset(), "the clocks went forward between them"


def test_a_second_run_waits_for_the_first() -> None:
    limit = DEPLOYMENT["concurrency_limit"]
    assert limit == {"limit": 1, "collision_strategy": "ENQUEUE"}
