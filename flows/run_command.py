"""What the commands `income run`, `demo` and `simulate` do."""

import logging
import sys
from datetime import date
from pathlib import Path
from typing import cast

from flows import calendar
from flows.day.catch_up import days_to_catch_up
from flows.day.day import RunOutcome
from flows.day.missed_days import Missed
from flows.day.position import Position
from flows.errors import UsageError
from flows.processes.prefect_server import start_prefect
from flows.progress import shown_progress
from flows.runs.workspace import Workspace
from flows.settings import SETTINGS_FILE, Settings
from flows.words import Target

LOG = logging.getLogger(__name__)


def run_with_prefect(
    settings: Settings,
    as_of: date | None,
    known_at: date | None,
    *,
    missed: Missed = Missed.AUTOMATIC,
    target: Target = Target.DUCKDB,
    full_refresh: bool = False,
    quiet: bool = False,
) -> int:
    """Runs the missed days and the day as Prefect flows and returns the exit code.

    Wrong options are refused before anything slow starts.
    """
    if target is not Target.DUCKDB:
        raise UsageError(f"--target {target} is not supported yet: leave the option out.")
    as_of = as_of or calendar.today()
    known_at = known_at or as_of
    with shown_progress(quiet=quiet):
        days_to_catch_up(settings, Position(as_of, known_at), missed)
        LOG.info("step=start starting Prefect beside the slow imports")
        start_prefect(settings, Workspace(settings.home))
        from flows.daily_run import daily_run  # noqa: PLC0415 - Prefect must be set up before

        outcome = cast(
            RunOutcome,
            daily_run(
                as_of=as_of,
                known_at=known_at,
                home=settings.home,
                full_refresh=full_refresh,
                missed=missed,
            ),
        )
    for day in outcome.days:
        _print_outcome(day, quiet=quiet)
    return outcome.exit_code


def _print_outcome(outcome: RunOutcome, *, quiet: bool) -> None:
    day = outcome.manifest["as_of_date"]
    for gate in outcome.manifest["gates"]:
        if gate["status"] == "failed":
            failed, withheld = ", ".join(gate["failed_checks"]), ", ".join(gate["withheld"])
            sys.stderr.write(
                f"income: as of {day}, gate {gate['name']} failed {failed}; withheld {withheld}: "
                f"see {_report(outcome.folder)}.\n"
            )
    if not quiet:
        marts = len(outcome.manifest["marts"])
        sys.stdout.write(f"Published {marts} marts as of {day}\n")
        sys.stdout.write(f"Report: {_report(outcome.folder)}\n")


def _report(folder: Path) -> Path:
    return folder / "reports" / "index.html"


def simulate_into_inbox(
    settings: Settings, *, debtors: int, days: int, seed: int, until: date, quiet: bool
) -> None:
    """Writes simulated feeds into the inbox, while no run reads it.

    Raises:
        UsageError: An option is out of range.
    """
    from ingestion.simulator import (  # noqa: PLC0415 - only the demo needs it
        OutOfRangeError,
        check_options,
        simulate,
    )

    try:
        check_options(debtors=debtors, days=days, until=until)
    except OutOfRangeError as wrong:
        raise UsageError(f"--{wrong}") from wrong
    workspace = Workspace(settings.home)
    with shown_progress(quiet=quiet), workspace.locked():
        workspace.create()
        LOG.info("step=simulate debtors=%d days=%d seed=%d until=%s", debtors, days, seed, until)
        simulate(workspace.inbox, debtors=debtors, days=days, seed=seed, until=until)


EXAMPLE_COUNCIL = """# Who signs the letters. This is an example: put your council's own here.
[council]
name = "Example Council"
address = ["Income team", "Town Hall", "Example Street", "Exampletown"]
telephone = "01632 960000"
email = "income-team@council.invalid"
opening_hours = "Monday to Friday, 9am to 5pm"
how_to_pay = [
    "By bank transfer to the account on your invoice, or by card on our website.",
    "By cash or card at any Post Office, with the bar code on your invoice.",
]
"""


def introduce_example_council(settings: Settings) -> None:
    """Writes example settings into a workspace without settings, so that letters have a sender."""
    path = settings.home / SETTINGS_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(EXAMPLE_COUNCIL, encoding="utf-8")


def where_to_look(settings: Settings) -> str:
    """Where to find the outputs after a demo."""
    current = Workspace(settings.home).current
    return (
        f"\nOpen the report:    {current / 'reports' / 'index.html'}\n"
        f"Letters and lists:  {current / 'restricted'}\n"
        f"Marts for analysts: {current / 'marts.duckdb'} and {current / 'marts'}/*.parquet\n"
        "Ask a question:     income query "
        '"select age_band, sum(outstanding_amount) as pounds from aged_debt group by all" '
        f"--home {settings.home}\n"
        f"State of the runs:  income status --home {settings.home}\n"
    )
