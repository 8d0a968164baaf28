"""The daily run as a Prefect flow: the order of the day, missed days first, and nothing else.

Each task wraps one plain function; `flows.day.steps.run_day` is the same day without Prefect.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows import calendar
from flows.day import loading, steps
from flows.day.catch_up import days_to_catch_up, run_in_order
from flows.day.day import Day, RunOutcome, open_day
from flows.day.missed_days import Missed, Position
from flows.day.steps import run_day
from flows.day.summary import day_in_markdown, gate_table
from flows.settings import load_settings

__all__ = ["daily_run", "run_day"]

step = task(cache_policy=NO_CACHE)
ingest = step(loading.ingest)
transform = step(steps.transform)
gate = step(steps.gate)
export = step(steps.export)
report = step(steps.report)
commit = step(steps.commit)
# Files on a council's network share fail now and then; link and archive may be repeated.
show_and_archive = task(cache_policy=NO_CACHE, retries=3, retry_delay_seconds=[1, 5, 20])(
    steps.show_and_archive
)


@flow(name="daily_run", validate_parameters=True, persist_result=False)
def daily_run(
    as_of: date | None = None,
    known_at: date | None = None,
    home: Path | None = None,
    full_refresh: bool = False,
    only_on_working_days: bool = False,
    missed: Missed = Missed.BY_ITSELF,
) -> RunOutcome | State[Any]:
    """Takes a council's files from the inbox to published, gated, documented marts.

    Args:
        as_of: The day whose position is computed; today in Europe/London by default.
        known_at: What is known by then counts; `as_of` by default.
        home: The workspace; `$INCOME_HOME`, then `./workspace` by default.
        full_refresh: Build the kept models from nothing.
        only_on_working_days: Skip weekends and bank holidays, as the schedule does.
        missed: What to do about working days without a run since the last published one.
    """
    settings = load_settings(home)
    as_of = as_of or calendar.today()
    holiday = calendar.why_no_working_day(as_of, settings.bank_holidays)
    if only_on_working_days and holiday is not None:
        return Completed(name="Skipped", message=steps.say_skipped(as_of, holiday))
    asked = Position(as_of, known_at or as_of)

    def run_missed(position: Position) -> RunOutcome:
        days = {"as_of": position.as_of, "known_at": position.known_at}
        return cast(RunOutcome, caught_up_day(**days, home=home, full_refresh=full_refresh))

    caught_up = run_in_order(days_to_catch_up(settings, asked, missed), run_missed)
    with open_day(settings, asked.as_of, asked.known_at, full_refresh=full_refresh) as day:
        outcome = publish(day)
    return ended(replace(outcome, caught_up=caught_up))


@flow(name="caught_up_day", validate_parameters=True, persist_result=False)
def caught_up_day(
    as_of: date, known_at: date, home: Path | None = None, full_refresh: bool = False
) -> RunOutcome | State[Any]:
    """One missed working day, as a flow run of its own below the run that catches it up.

    Args:
        as_of: The missed day.
        known_at: What is known by then counts.
        home: The workspace; `$INCOME_HOME`, then `./workspace` by default.
        full_refresh: Build the kept models from nothing.
    """
    settings = load_settings(home)
    with open_day(settings, as_of, known_at, full_refresh=full_refresh, is_caught_up=True) as day:
        outcome = publish(day)
    return ended(outcome)


def publish(day: Day) -> RunOutcome:
    """The steps of one day, in order."""
    intake = ingest(day)
    built = transform(day)
    gates = gate(day)
    marts = export(day, gates, built)
    manifest = report(day, intake, gates, marts)
    committed = commit(day, intake, manifest)
    return show_and_archive(day, committed)


def ended(outcome: RunOutcome) -> RunOutcome | State[Any]:
    """How the flow run of a day ends: its artifacts, and a state that names what was withheld."""
    tell(outcome)
    withheld = [
        f"{mart} of {day.manifest['as_of_date']}"
        for day in outcome.caught_up
        for mart in day.withheld
    ]
    withheld += outcome.withheld
    if withheld:
        return Completed(name="Withheld", message=", ".join(withheld), data=outcome)
    return outcome


def tell(outcome: RunOutcome) -> None:
    """Leaves the day's summary and the gates as artifacts."""
    create_markdown_artifact(
        key="day-summary", markdown=day_in_markdown(outcome.manifest, outcome.folder)
    )
    create_table_artifact(key="gates", table=gate_table(outcome.manifest))
