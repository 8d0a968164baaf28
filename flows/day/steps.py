"""The steps that build, judge, export and publish, as plain functions without Prefect.

Each step takes the `Day` it belongs to and the results of earlier steps; `flows.day.order` says
which. Everything before `commit` is scratch or marked with the run's id; `commit` is one rename.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from flows.day.day import Day, RunOutcome
from flows.day.gate_results import record_gate_results
from flows.day.kept_ledger import continues_kept_ledger, record_kept_ledger
from flows.errors import IncomeError
from flows.processes.dbt_process import DbtFolders, TransformOutcome, build_models
from flows.processes.prepared import begin_with_what_was_read
from flows.runs.chain import PublishedRun, read_run
from flows.runs.crash_recovery import INTAKE, finish_run, intake_record
from flows.runs.manifest import withheld_marts
from flows.runs.publish import (
    MartFile,
    export_marts,
    keep_dbt_files,
    mart_models,
    seal,
    write_database,
    write_evidence,
)

if TYPE_CHECKING:
    from expectations.outcomes import GateOutcome
    from ingestion.intake.taken import Intake


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
        full_refresh=not continues_kept_ledger(day),
        held=(day.lock,),
        meanwhile=_import_slow_libraries,
    )
    day.log("transform", f"nodes={len(built.nodes)} seconds={built.seconds:.1f}")
    return built


def _import_slow_libraries() -> None:
    """Imports what the next steps need while dbt uses another processor: it takes seconds."""
    for name in ("great_expectations", "reports.site.build"):
        import_module(name)


def gate(day: Day) -> tuple[GateOutcome, ...]:
    """Judges which outputs may be released.

    Raises:
        IncomeError: A gate could not be judged.
    """
    from expectations.gates import GateError, judge_gates  # noqa: PLC0415 - slow to import

    try:
        gates = judge_gates(day.workspace.warehouse, as_of=day.as_of, known_at=day.known_at)
    except GateError as unjudged:
        raise IncomeError(str(unjudged)) from unjudged
    record_gate_results(day.workspace.warehouse, day.as_of, day.known_at, gates)
    day.log("gate", " ".join(f"{outcome.name}={outcome.status}" for outcome in gates))
    return gates


def export(day: Day, gates: Sequence[GateOutcome], built: TransformOutcome) -> tuple[MartFile, ...]:
    """Writes the released marts into the run's folder, with the evidence of gates and dbt."""
    models = mart_models(built.manifest)
    marts = export_marts(day.workspace.warehouse, models, withheld_marts(gates), day.folder)
    write_database(day.folder, models, {mart.name for mart in marts})
    for outcome in gates:
        write_evidence(day.folder, f"gates/{outcome.name}", outcome.as_json())
        write_evidence(day.folder, f"suites/{outcome.name}", list(outcome.suites))
    keep_dbt_files(day.folder, (built.manifest, built.run_results))
    day.log("export", f"marts={len(marts)} rows={sum(mart.rows for mart in marts)}")
    return marts


def commit(day: Day, intake: Intake, manifest: dict[str, Any]) -> PublishedRun:
    """Seals the run's folder and commits it by one rename."""
    write_evidence(day.folder, INTAKE, intake_record(intake.files))
    seal(day.folder, manifest)
    committed = read_run(day.workspace.commit(day.folder))
    record_kept_ledger(day)
    day.log("commit", f"manifest_sha256={committed.manifest_sha256}")
    return committed


def publish(day: Day, committed: PublishedRun) -> RunOutcome:
    """Publishes a committed run as the current one, archives its files and thins old runs.

    May be repeated.
    """
    finish_run(day.workspace, committed)
    day.log("publish", f"current={committed.folder.name}")
    return RunOutcome(day.run_id, committed.folder, dict(committed.manifest))
