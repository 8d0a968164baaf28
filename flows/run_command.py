"""What `income run`, `demo` and `simulate` do, apart from their words."""

import logging
import sys
from datetime import date
from pathlib import Path
from typing import cast

from flows import calendar
from flows.chain import read_chain
from flows.day import RunOutcome, refuse_going_back
from flows.errors import UsageError
from flows.prefect_server import start_prefect
from flows.progress import shown_progress
from flows.settings import Settings
from flows.words import Target
from flows.workspace import Workspace

LOG = logging.getLogger(__name__)


def run_with_prefect(
    settings: Settings,
    as_of: date | None,
    known_at: date | None,
    *,
    target: Target = Target.DUCKDB,
    full_refresh: bool = False,
    quiet: bool = False,
) -> int:
    """Runs the day as a Prefect flow and returns its exit code.

    What can be refused is refused before anything slow starts.
    """
    if target is not Target.DUCKDB:
        raise UsageError(f"--target {target} is not installed here: leave the option out.")
    as_of = as_of or calendar.today()
    known_at = known_at or as_of
    workspace = Workspace(settings.home)
    with shown_progress(quiet=quiet):
        with workspace.locked():
            workspace.create()
            chain = read_chain(workspace.runs)
            refuse_going_back(chain[-1] if chain else None, as_of, known_at)
        LOG.info("step=start starting Prefect beside the slow imports")
        start_prefect(settings, workspace)
        from flows.daily_run import daily_run  # noqa: PLC0415 - Prefect must be set up before

        outcome = cast(
            RunOutcome,
            daily_run(
                as_of=as_of, known_at=known_at, home=settings.home, full_refresh=full_refresh
            ),
        )
    _tell(outcome, quiet=quiet)
    return outcome.exit_code


def _tell(outcome: RunOutcome, *, quiet: bool) -> None:
    for gate in outcome.manifest["gates"]:
        if gate["status"] == "failed":
            failed, withheld = ", ".join(gate["failed_checks"]), ", ".join(gate["withheld"])
            sys.stderr.write(
                f"income: gate {gate['name']} failed {failed}; withheld {withheld}: "
                f"see {_report(outcome.folder)}.\n"
            )
    if not quiet:
        marts = len(outcome.manifest["marts"])
        sys.stdout.write(f"Published {marts} marts as of {outcome.manifest['as_of_date']}\n")
        sys.stdout.write(f"Report: {_report(outcome.folder)}\n")


def _report(folder: Path) -> Path:
    return folder / "reports" / "index.html"


def simulate_into_inbox(
    settings: Settings, *, debtors: int, days: int, seed: int, until: date, quiet: bool
) -> None:
    """Writes simulated feeds into the inbox, while no run reads it."""
    from ingestion.simulator import simulate  # noqa: PLC0415 - only the demo needs it

    workspace = Workspace(settings.home)
    with shown_progress(quiet=quiet), workspace.locked():
        workspace.create()
        LOG.info("step=simulate debtors=%d days=%d seed=%d until=%s", debtors, days, seed, until)
        simulate(workspace.inbox, debtors=debtors, days=days, seed=seed, until=until)


def where_to_look(settings: Settings) -> str:
    """What to open after a demo."""
    current = Workspace(settings.home).current
    return (
        f"\nOpen the report:    {current / 'reports' / 'index.html'}\n"
        f"Marts for analysts: {current / 'marts.duckdb'} and {current / 'marts'}/*.parquet\n"
        "Ask a question:     income query "
        '"select age_band, sum(outstanding_amount) as pounds from aged_debt group by all" '
        f"--home {settings.home}\n"
        f"How things stand:   income status --home {settings.home}\n"
    )
