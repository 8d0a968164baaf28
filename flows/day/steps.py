"""The steps of the day as plain functions, without Prefect; `run_day` puts them in order.

Each step takes the `Day` it belongs to. Everything before `commit` is scratch or marked with the
run's id; `commit` is one rename.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any

import duckdb

from flows import calendar
from flows.day.day import Day, RunOutcome, open_day
from flows.day.gate_results import tell_what_gates_found
from flows.day.kept_ledger import goes_on, keep_ledger_of
from flows.day.loading import ingest
from flows.errors import IncomeError
from flows.processes.dbt_process import DbtFolders, TransformOutcome, build_models
from flows.processes.prepared import begin_with_what_was_read
from flows.runs.chain import PublishedRun, newest_before, read_run
from flows.runs.code_version import code_version, lock_sha256
from flows.runs.crash_recovery import INTAKE, intake_record, settle
from flows.runs.manifest import RunFacts, build_manifest, notes_so_far, withheld_marts
from flows.runs.policy_in_force import policy_marks, policy_sha256
from flows.runs.publish import (
    MartFile,
    export_marts,
    keep_dbt_files,
    mart_models,
    seal,
    write_database,
    write_evidence,
)
from flows.runs.thinning import retention_by, runs_to_thin, thinned_by
from flows.settings import Settings

if TYPE_CHECKING:
    from expectations.outcomes import GateOutcome
    from ingestion.intake.taken import Intake

LOG = logging.getLogger(__name__)
TARGET = "duckdb"


def transform(day: Day) -> TransformOutcome:
    """Builds the models.

    Raises:
        TransformError: A model could not be built or a law of the models does not hold.
    """
    folders = DbtFolders(day.workspace.warehouse, day.workspace.dbt_target, day.workspace.dbt_logs)
    begin_with_what_was_read(folders.target)
    built = build_models(
        day.settings,
        folders,
        full_refresh=not goes_on(day),
        held=(day.lock,),
        meanwhile=_import_what_comes_next,
    )
    day.say("transform", f"nodes={len(built.nodes)} seconds={built.seconds:.1f}")
    return built


def _import_what_comes_next() -> None:
    """Great Expectations and the charts take seconds to import; dbt works on another processor."""
    for name in ("great_expectations", "reports.site.build"):
        import_module(name)


def gate(day: Day) -> tuple[GateOutcome, ...]:
    """Judges what may leave.

    Raises:
        IncomeError: A gate could not be judged.
    """
    from expectations.gates import GateError, judge_gates  # noqa: PLC0415 - slow to import

    try:
        gates = judge_gates(day.workspace.warehouse, as_of=day.as_of, known_at=day.known_at)
    except GateError as unjudged:
        raise IncomeError(str(unjudged)) from unjudged
    tell_what_gates_found(day.workspace.warehouse, gates)
    day.say("gate", " ".join(f"{outcome.name}={outcome.status}" for outcome in gates))
    return gates


def export(day: Day, gates: Sequence[GateOutcome], built: TransformOutcome) -> tuple[MartFile, ...]:
    """Writes the marts that may leave into the run's folder, with the evidence of gates and dbt."""
    models = mart_models(built.manifest)
    marts = export_marts(day.workspace.warehouse, models, withheld_marts(gates), day.folder)
    write_database(day.folder, models, {mart.name for mart in marts})
    for outcome in gates:
        write_evidence(day.folder, f"gates/{outcome.name}", outcome.as_json())
    keep_dbt_files(day.folder, (built.manifest, built.run_results))
    day.say("export", f"marts={len(marts)} rows={sum(mart.rows for mart in marts)}")
    return marts


def report(
    day: Day, intake: Intake, gates: Sequence[GateOutcome], marts: Sequence[MartFile]
) -> dict[str, Any]:
    """Writes the report into the run's folder and returns the manifest that it shows.

    Raises:
        IncomeError: The report could not be written.
    """
    from reports.errors import ReportError  # noqa: PLC0415
    from reports.site.build import write_site  # noqa: PLC0415 - loads the chart library
    from reports.site.debtors import EarlierRun  # noqa: PLC0415

    facts = RunFacts(
        run_id=day.run_id,
        as_of=day.as_of,
        known_at=day.known_at,
        started_at=day.started_at,
        target=TARGET,
        code_version=code_version(),
        lock_sha256=lock_sha256(),
        policy_sha256=_policy_sha256(day),
        previous_manifest_sha256=_link(day),
        is_replay=day.is_replay,
    )
    more = facts_of_warehouse(day)
    more |= {
        "notes": notes_so_far(day.previous.manifest if day.previous else None, intake),
        "thinned": [] if day.is_replay else runs_thinned(day, more["policy_marks"]),
    }
    manifest = build_manifest(facts, calendar.now(), intake, gates, marts, more)
    try:
        before = newest_before([run.folder for run in day.chain], day.as_of, day.known_at)
        earlier = None if before is None else EarlierRun(before.folder / "marts", before.manifest)
        write_site(day.folder / "marts", manifest, day.folder / "reports", earlier)
        if not day.is_replay and not day.is_caught_up:
            write_what_goes_out(day)
    except ReportError as unwritten:
        raise IncomeError(str(unwritten)) from unwritten
    day.say("report", "written")
    return manifest


def write_what_goes_out(day: Day) -> None:
    """Writes the day's lists, files and letters; never those of a day that is gone.

    Raises:
        ReportError: A restricted table could not be read.
    """
    from reports.letters.letters import write_letters  # noqa: PLC0415
    from reports.letters.packs import write_packs  # noqa: PLC0415

    restricted = day.folder / "restricted"
    files = write_packs(restricted)
    if day.settings.council is not None:
        files += write_letters(restricted, day.settings.council, restricted / "letters")
    day.say("letters", f"files={len(files)}")


def _policy_sha256(day: Day) -> str:
    with duckdb.connect(str(day.workspace.warehouse), read_only=True) as warehouse:
        return policy_sha256(warehouse, day.known_at)


def _link(day: Day) -> str | None:
    if day.is_replay or day.previous is None:
        return None
    return day.previous.manifest_sha256


def commit(day: Day, intake: Intake, manifest: dict[str, Any]) -> PublishedRun:
    """Seals the run's folder and commits it by one rename."""
    write_evidence(day.folder, INTAKE, intake_record(intake.files))
    seal(day.folder, manifest)
    committed = read_run(day.workspace.commit(day.folder))
    keep_ledger_of(day)
    day.say("commit", f"manifest_sha256={committed.manifest_sha256}")
    return committed


def show_and_archive(day: Day, committed: PublishedRun) -> RunOutcome:
    """Shows a committed run, archives what it took and thins old runs; may be repeated."""
    settle(day.workspace, committed)
    day.say("publish", f"current={committed.folder.name}")
    return RunOutcome(day.run_id, committed.folder, dict(committed.manifest))


def runs_thinned(day: Day, policy_marks: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The runs before this one that it thins once it is committed, as its manifest names them."""
    retention = retention_by(policy_marks)
    if retention is None:
        return []
    older = runs_to_thin(day.chain, day.as_of, retention)
    return thinned_by(day.run_id, older, retention.policy_rows)


def facts_of_warehouse(day: Day) -> dict[str, Any]:
    """What the manifest says beside the run itself: freshness of each feed, and policy in force."""
    with duckdb.connect(str(day.workspace.warehouse), read_only=True) as warehouse:
        return {
            "feeds": _freshness(warehouse, day.known_at),
            "policy_marks": policy_marks(warehouse, day.as_of, day.known_at),
        }


def _freshness(warehouse: duckdb.DuckDBPyConnection, known_at: date) -> list[dict[str, object]]:
    """The newest file of each feed that is known; a file of two feeds counts for both."""
    rows = warehouse.execute(
        "select one_feed, max(file_day)::varchar, count(*) from ("
        "select unnest(string_split(feed, '+')) as one_feed, file_day from raw.files "
        "where refused_code is null and known_on <= ?) group by 1 order by 1",
        [known_at],
    ).fetchall()
    return [{"feed": feed, "latest_file_day": day, "files": files} for feed, day, files in rows]


def run_day(
    settings: Settings,
    as_of: date,
    known_at: date | None = None,
    *,
    full_refresh: bool = False,
    is_caught_up: bool = False,
) -> RunOutcome:
    """One day without Prefect: the same steps in the same order as the flow.

    Raises:
        IncomeError: With the exit code of the command line.
    """
    with open_day(
        settings,
        as_of,
        known_at or as_of,
        full_refresh=full_refresh,
        is_caught_up=is_caught_up,
    ) as day:
        intake = ingest(day)
        built = transform(day)
        gates = gate(day)
        marts = export(day, gates, built)
        manifest = report(day, intake, gates, marts)
        return show_and_archive(day, commit(day, intake, manifest))


def say_skipped(as_of: date, holiday: str) -> str:
    """Says in the log that a scheduled run did not happen, and why."""
    line = f"{as_of} is {holiday}: the scheduled run is skipped; `income run` runs on any day"
    LOG.info("step=skip %s", line)
    return line
