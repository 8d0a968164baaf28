"""The daily run as a Prefect flow: missed days first, then the requested day.

The order of the steps is in `flows.day.order`; here each step becomes a Prefect task.
"""

import logging
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows import calendar
from flows.day.catch_up import run_days
from flows.day.day import RunOutcome
from flows.day.missed_days import Missed
from flows.day.order import DAILY_RUN, Step, run_position
from flows.day.position import Position
from flows.day.summary import day_in_markdown, gate_table
from flows.settings import load_settings

# Prefect may load this file by its path, under another name.
LOG = logging.getLogger("flows.daily_run")


def as_task(step: Step) -> Step:
    """The step as a Prefect task, with retries where the step may be repeated."""
    wrap = task(
        name=step.name,
        cache_policy=NO_CACHE,
        retries=len(step.retry_after),
        retry_delay_seconds=list(step.retry_after) or None,
    )
    return replace(step, run=wrap(step.run))


TASKS = tuple(as_task(step) for step in DAILY_RUN)


@flow(name="daily_run", validate_parameters=True, persist_result=False)
def daily_run(
    as_of: date | None = None,
    known_at: date | None = None,
    home: Path | None = None,
    full_refresh: bool = False,
    only_on_working_days: bool = False,
    missed: Missed = Missed.AUTOMATIC,
) -> RunOutcome | State[Any]:
    """Takes a council's files from the inbox to published, gated, documented marts.

    Args:
        as_of: The date of the position; today in Europe/London by default.
        known_at: Rows known by the end of this day count; `as_of` by default.
        home: The workspace; `$INCOME_HOME`, then `./workspace` by default.
        full_refresh: Build the kept models from nothing.
        only_on_working_days: Skip weekends and bank holidays, as the schedule does.
        missed: What to do about working days without a run since the last published one.
    """
    settings = load_settings(home)
    as_of = as_of or calendar.today()
    holiday = calendar.why_no_working_day(as_of, settings.bank_holidays)
    if only_on_working_days and holiday is not None:
        line = f"{as_of} is {holiday}: the scheduled run is skipped; `income run` runs on any day"
        LOG.info("step=skip %s", line)
        return Completed(name="Skipped", message=line)

    def run_missed(position: Position) -> RunOutcome:
        days = {"as_of": position.as_of, "known_at": position.known_at}
        return cast(RunOutcome, caught_up_day(**days, home=home, full_refresh=full_refresh))

    outcome = run_days(
        settings,
        Position(as_of, known_at or as_of),
        missed,
        run_missed=run_missed,
        run_requested=partial(
            run_position, settings, steps_in_order=TASKS, full_refresh=full_refresh
        ),
    )
    return final_state(outcome)


@flow(name="caught_up_day", validate_parameters=True, persist_result=False)
def caught_up_day(
    as_of: date, known_at: date, home: Path | None = None, full_refresh: bool = False
) -> RunOutcome | State[Any]:
    """One missed working day, as a flow run of its own below the run that catches it up.

    Args:
        as_of: The missed day.
        known_at: Rows known by the end of this day count.
        home: The workspace; `$INCOME_HOME`, then `./workspace` by default.
        full_refresh: Build the kept models from nothing.
    """
    outcome = run_position(
        load_settings(home),
        Position(as_of, known_at),
        TASKS,
        full_refresh=full_refresh,
        is_caught_up=True,
    )
    return final_state(outcome)


def final_state(outcome: RunOutcome) -> RunOutcome | State[Any]:
    """Writes the artifacts of a flow run; a state named "Withheld" lists the withheld marts."""
    write_artifacts(outcome)
    withheld = [
        f"{mart} of {day.manifest['as_of_date']}"
        for day in outcome.caught_up
        for mart in day.withheld
    ]
    withheld += outcome.withheld
    if withheld:
        return Completed(name="Withheld", message=", ".join(withheld), data=outcome)
    return outcome


def write_artifacts(outcome: RunOutcome) -> None:
    """Writes the day's summary and its gates as Prefect artifacts."""
    create_markdown_artifact(
        key="day-summary", markdown=day_in_markdown(outcome.manifest, outcome.folder)
    )
    create_table_artifact(key="gates", table=gate_table(outcome.manifest))
