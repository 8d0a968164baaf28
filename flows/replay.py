"""A past day, recomputed into a folder of its own from a copy of the raw tables.

The workspace is locked only while the raw tables are copied, so a replay never holds up the daily
run for long and never touches the warehouse or what is published. It runs without Prefect: it has
no schedule and no retries, and shares no server database with a daily run.
"""

import shutil
from collections.abc import Collection
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from flows import calendar, steps
from flows.chain import PublishedRun, read_chain
from flows.day import Day, RunOutcome
from flows.errors import UsageError
from flows.loading import take_position
from flows.publish import seal
from flows.settings import Settings, switch_telemetry_off
from flows.workspace import Workspace


def replay_day(
    settings: Settings, as_of: date, known_at: date, output: Path | None = None
) -> RunOutcome:
    """Recomputes one position from what published runs have loaded.

    Args:
        settings: The settings of the workspace.
        as_of: The day whose position is computed.
        known_at: What was known by then counts.
        output: A folder that is not there yet; `<home>/replays/<as_of>_<known_at>_<id>` by default.

    Raises:
        UsageError: The output is there already, or the workspace has no warehouse.
        NothingToWorkOnError: No invoice was known then.
    """
    switch_telemetry_off()
    started_at = calendar.now()
    run_id = calendar.new_run_id(started_at)
    target = (output or settings.home / "replays" / f"{as_of}_{known_at}_{run_id}").absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"--output {target} is there already: name a new or an empty folder.")
    if not Workspace(settings.home).warehouse.exists():
        raise UsageError(f"{settings.home} has no warehouse yet: use `income run` first.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".replay_", dir=target.parent) as scratch:
        copy = Workspace(Path(scratch))
        copy.create()
        chain = _copy_what_is_published(Workspace(settings.home), copy)
        with copy.locked() as lock:
            day = Day(
                settings, copy, run_id, as_of, known_at, started_at, chain, lock, is_replay=True
            )
            manifest = _recompute(day)
            day.folder.rename(target)
    day.say("replay", f"output={target.name}")
    return RunOutcome(run_id, target, manifest)


def _copy_what_is_published(original: Workspace, copy: Workspace) -> tuple[PublishedRun, ...]:
    """Copies the rows of committed runs and the council's policy files, under the lock."""
    with original.locked():
        chain = read_chain(original.runs)
        copy_raw_tables(original.warehouse, copy.warehouse, {run.run_id for run in chain})
        shutil.copytree(original.policy, copy.policy, dirs_exist_ok=True)
    return chain


def copy_raw_tables(warehouse: Path, copy: Path, committed_run_ids: Collection[str]) -> None:
    """Copies schema `raw` with the rows of committed runs; the warehouse is only read."""
    with closing(duckdb.connect(str(copy))) as connection:
        connection.execute(
            f"attach '{str(warehouse).replace(chr(39), chr(39) * 2)}' as original (read_only)"
        )
        connection.execute("create schema raw")
        tables = connection.execute(
            "select table_name, max(column_name) filter (column_name in ('_run_id', 'run_id')) "
            "from duckdb_columns() where database_name = 'original' and schema_name = 'raw' "
            "group by 1 order by 1"
        ).fetchall()
        for table, run_column in tables:
            ours = f'where "{run_column}" in (select unnest(?::varchar[]))' if run_column else ""
            connection.execute(
                f'create table raw."{table}" as select * from original.raw."{table}" {ours}',
                [sorted(committed_run_ids)] if run_column else [],
            )


def _recompute(day: Day) -> dict[str, Any]:
    from ingestion.taken import Intake  # noqa: PLC0415

    take_position(day)
    built = steps.transform(day)
    gates = steps.gate(day)
    marts = steps.export(day, gates, built)
    manifest = steps.report(day, Intake(files=(), left_alone=()), gates, marts)
    seal(day.folder, manifest)
    return manifest
