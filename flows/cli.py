"""The command line `income`: words to one call, its failure to one line and an exit code.

Each command imports what it needs and no more: `status`, `query`, `explain`, `verify` and `doctor`
answer at once.
"""
# Commands load what they need when they run; `--debug` is read where failures are reported.
# ruff: noqa: ARG001, PLC0415

import gc
import re
import sys
import traceback
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows.errors import BrokenChainError, ExitCode, IncomeError, UsageError
from flows.runs.workspace import Workspace
from flows.settings import load_settings
from flows.words import Format, Kind, Target
from reports.site.wording import counted

app = typer.Typer(
    name="income",
    help="Income collection: from the inbox to published, gated, documented marts.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
policy = typer.Typer(name="policy", help="The council's policy rows.", rich_markup_mode=None)
app.add_typer(policy)


def _day(given: str | date) -> date:
    """A day as written on the command line; a default comes as a day already."""
    text = str(given)
    complaint = f"{text!r} is not a date in YYYY-MM-DD format"
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise typer.BadParameter(complaint)
    try:
        return date.fromisoformat(text)
    except ValueError as bad:
        raise typer.BadParameter(complaint) from bad


Home = Annotated[
    Path | None,
    typer.Option("--home", help="The workspace; $INCOME_HOME, then ./workspace by default."),
]
AsOf = Annotated[
    date | None,
    typer.Option("--as-of", parser=_day, metavar="DATE", help="The date of the position."),
]
KnownAt = Annotated[
    date | None,
    typer.Option(
        "--known-at",
        parser=_day,
        metavar="DATE",
        help="Include what was known by the end of this day.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show failures only.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")]
Engine = Annotated[
    Target, typer.Option("--target", help="The engine: duckdb. spark is not supported yet.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
Debtors = Annotated[int, typer.Option("--debtors", min=1, help="Number of debtors.")]
Days = Annotated[int, typer.Option("--days", min=1, help="Number of days up to the last.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same council.")]
Until = Annotated[
    date, typer.Option("--until", parser=_day, metavar="DATE", help="The last simulated day.")
]
LAST_SIMULATED_DAY = date(2026, 6, 30)


@app.command()
def run(  # noqa: PLR0913, PLR0917 - an argument is an option
    home: Home = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild every table from scratch.")
    ] = False,
    catch_up: Annotated[
        bool, typer.Option("--catch-up", help="First run every missed working day.")
    ] = False,
    skip: Annotated[bool, typer.Option("--skip", help="Leave missed working days out.")] = False,
    target: Engine = Target.DUCKDB,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """The daily run: take the files of the inbox, build, gate, report, publish."""
    from flows import calendar
    from flows.day.missed_days import choice_between
    from flows.day.position import refuse_future_days
    from flows.run_command import run_with_prefect

    refuse_future_days(calendar.today(), as_of, known_at)
    return run_with_prefect(
        load_settings(home),
        as_of,
        known_at,
        missed=choice_between(catch_up=catch_up, skip=skip),
        target=target,
        full_refresh=full_refresh,
        quiet=quiet,
    )


@app.command()
def demo(
    home: Home = None,
    debtors: Debtors = 300,
    days: Days = 1095,
    seed: Seed = 1,
    until: Until = LAST_SIMULATED_DAY,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Simulate a council's source systems into the inbox, then run as of the last day."""
    from flows.day.missed_days import Missed
    from flows.run_command import (
        introduce_example_council,
        run_with_prefect,
        simulate_into_inbox,
        where_to_look,
    )

    introduce_example_council(load_settings(home))
    settings = load_settings(home)
    simulate_into_inbox(settings, debtors=debtors, days=days, seed=seed, until=until, quiet=quiet)
    code = run_with_prefect(settings, until, until, missed=Missed.SKIP, quiet=quiet)
    sys.stdout.write(where_to_look(settings))
    return code


@app.command()
def simulate(
    home: Home = None,
    debtors: Debtors = 300,
    days: Days = 1095,
    seed: Seed = 1,
    until: Until = LAST_SIMULATED_DAY,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Only write the simulated feeds; the same options give the same bytes on any day."""
    from flows.run_command import simulate_into_inbox

    settings = load_settings(home)
    simulate_into_inbox(settings, debtors=debtors, days=days, seed=seed, until=until, quiet=quiet)
    return ExitCode.DONE


@app.command()
def replay(
    as_of: Annotated[
        date, typer.Option("--as-of", parser=_day, metavar="DATE", help="The past day.")
    ],
    known_at: KnownAt = None,
    compare_known_at: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="DATE DATE",
            help="Show what changed between the position known at the first day and at the second.",
        ),
    ] = None,
    home: Home = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="A new folder; <home>/replays/... by default.")
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Calculate a past day again in a separate folder; published runs stay as they are."""
    from flows import calendar
    from flows.day.position import refuse_future_days
    from flows.progress import shown_progress

    compared = tuple(_day(day) for day in compare_known_at or ())
    if compared and known_at is not None:
        raise typer.BadParameter("--compare-known-at names both days: leave --known-at out")
    refuse_future_days(calendar.today(), as_of, known_at, *compared)
    settings = load_settings(home)
    with shown_progress(quiet=quiet):
        if compared:
            from flows.replays.restatement import restate_day

            earlier, later = compared
            restated = restate_day(settings, as_of, earlier, later, output)
            folder, told, code = restated.folder, restated.in_words(), ExitCode.DONE
        else:
            from flows.replays.replay import replay_day

            replay = replay_day(settings, as_of, known_at or as_of, output)
            folder, told, code = replay.folder, replay.comparison.in_words(), replay.exit_code
    sys.stdout.write(f"{folder}\n" if quiet else f"{folder}\n{told}\n")
    return code


@app.command()
def status(home: Home = None, json: AsJson = False, debug: Debug = False) -> int:
    """Show the last run, its gates, feeds, quarantined rows, withheld marts and missed days."""
    from flows import calendar
    from flows.answers.status import as_json, as_text, status_of

    told = status_of(load_settings(home), calendar.today())
    sys.stdout.write(as_json(told) if json else as_text(told))
    return ExitCode.DONE


@app.command()
def explain(
    kind: Annotated[Kind, typer.Argument(help="The kind of item.")],
    id_: Annotated[str, typer.Argument(metavar="ID", help="Its id.")],
    as_of: AsOf = None,
    home: Home = None,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """Trace a figure back to its policy row, rule, source file and line."""
    from flows.answers.explain import as_json, as_text
    from flows.answers.explain import explain as look_up

    found = look_up(Workspace(load_settings(home).home), kind, id_, as_of)
    sys.stdout.write(as_json(found) if json else as_text(found))
    return ExitCode.DONE


@app.command()
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One query.")],
    home: Home = None,
    format_: Annotated[
        Format, typer.Option("--format", help="The format of the answer.")
    ] = Format.TABLE,
    debug: Debug = False,
) -> int:
    """Run read-only SQL on the published marts."""
    from flows.answers.query import ask, run_to_read, written

    run_folder = run_to_read(Workspace(load_settings(home).home), None).folder
    sys.stdout.write(written(ask(run_folder, sql), format_))
    return ExitCode.DONE


@app.command()
def verify(
    home: Home = None,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HASH", help="A manifest hash kept outside the workspace."),
    ] = None,
    debug: Debug = False,
) -> int:
    """Check the hash of every published file; report the first altered or missing one."""
    from flows.runs.chain import verify_chain
    from flows.runs.journal import read_settled

    workspace = Workspace(load_settings(home).home)
    if not workspace.home.is_dir():
        raise UsageError(f"--home {workspace.home} does not exist: name an existing workspace.")
    noted = read_settled(workspace)
    found = verify_chain(workspace.runs, head, noted.manifest_sha256 if noted else None)
    if found.finding is not None:
        raise BrokenChainError(found.finding)
    sys.stdout.write(
        f"{counted(found.runs, 'published run')}, {counted(found.files, 'file')}: "
        "nothing altered, nothing missing\n"
        f"Chain head: {found.head_sha256 or 'none'}\n"
    )
    if found.thinned:
        sys.stdout.write(
            f"{found.thinned} of the runs thinned by policy to manifest and tombstone\n"
        )
    if found.runs_after:
        after = counted(found.runs_after, "newer run")
        sys.stdout.write(f"The given head is not the newest: the chain has {after}\n")
    return ExitCode.DONE


@policy.command("check")
def check_policy(home: Home = None, json: AsJson = False, debug: Debug = False) -> int:
    """Check the shipped policy and the council's own rows; list every row that is wrong."""
    from ingestion.policy.policy_check import as_json, as_text
    from ingestion.policy.policy_check import check_policy as look_at

    workspace = Workspace(load_settings(home).home)
    if not workspace.home.is_dir():
        raise UsageError(f"--home {workspace.home} does not exist: name an existing workspace.")
    checked = look_at(workspace.policy)
    sys.stdout.write(as_json(checked) if json else as_text(checked))
    return ExitCode.USAGE if checked.faults else ExitCode.DONE


@app.command()
def doctor(home: Home = None, debug: Debug = False) -> int:
    """Check the installation and the workspace and say what to fix."""
    from flows.answers.doctor import as_text, examine

    findings = examine(load_settings(home))
    sys.stdout.write(as_text(findings))
    well = all(each.fix is None for each in findings)
    return ExitCode.DONE if well else ExitCode.USAGE


def answer(words: Sequence[str]) -> int:
    """Runs one command; a failure becomes one line on standard error and an exit code."""
    if not words:
        words = ["--help"]
    try:
        return int(app(args=list(words), prog_name="income", standalone_mode=False) or 0)
    except typer.TyperException as wrong:
        return _tell(wrong.format_message(), ExitCode.USAGE, words)
    except IncomeError as failure:
        return _tell(str(failure), failure.exit_code, words)
    except Exception as defect:  # noqa: BLE001 - the last resort: every error is one line
        what = f"{type(defect).__name__}: {defect}. Use --debug for the traceback."
        return _tell(what, ExitCode.DEFECT, words)


def _tell(message: str, code: ExitCode, words: Sequence[str]) -> int:
    if "--debug" in words:
        traceback.print_exc()
    line = re.sub(r"\s+", " ", message).strip()
    sys.stderr.write(f"income: {line}\n")
    return code


def main() -> None:
    """The command `income`."""
    # While Prefect, dbt and the gates load, Python would search all their objects for unused ones
    # again and again. It searches less often.
    gc.set_threshold(50_000, 20, 50)
    exit_code = answer(sys.argv[1:])
    # Python would search them all once more before it ends, which takes two seconds after a run.
    gc.freeze()
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
