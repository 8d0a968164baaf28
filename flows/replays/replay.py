"""A past day, calculated again in a separate folder from a copy of the raw tables.

The workspace is locked only while the raw tables are copied, so a replay never delays the daily run
for long and never changes the warehouse or the published runs. It runs the steps without Prefect:
it has no schedule and no retries, and shares no server database with a daily run.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from flows import calendar
from flows.day.day import Day, RunOutcome
from flows.day.order import REPLAY, REPORT, TRANSFORM, run_steps
from flows.errors import ReplayDiffersError, UsageError
from flows.replays.comparison import Comparison, compare_with_published
from flows.runs.chain import PublishedRun, read_chain
from flows.runs.publish import mart_models, quoted, seal, write_evidence
from flows.runs.workspace import Workspace
from flows.settings import Settings, switch_telemetry_off

EVIDENCE = "comparison"


@dataclass(frozen=True)
class Replay(RunOutcome):
    """The result of a replay, and its comparison with the run published for its position."""

    comparison: Comparison


@dataclass(frozen=True)
class Recomputation:
    """Past positions that are calculated again, for one folder.

    Attributes:
        run_id: The id of the replay; no raw row has it.
        target: The folder that it fills.
        days: A day for each position, over a copy of the raw tables of its own.
    """

    run_id: str
    target: Path
    days: tuple[Day, ...]


def replay_day(
    settings: Settings, as_of: date, known_at: date, output: Path | None = None
) -> Replay:
    """Calculates one position again, and compares it with the run published for it.

    Args:
        settings: The settings of the workspace.
        as_of: The date of the position.
        known_at: Rows known by the end of this day count.
        output: A folder that does not exist yet; by default
            `<home>/replays/<as_of>_<known_at>_<id>`.

    Raises:
        UsageError: The output already exists, or the workspace has no warehouse.
        NothingToWorkOnError: No invoice was known then.
        ReplayDiffersError: It differs from the published run; the folder shows where.
    """
    name = f"{as_of}_{known_at}"
    with recomputation(settings, [(as_of, known_at)], output, name) as work:
        (day,) = work.days
        replay = _calculate_again(day, published_for(day.chain, as_of, known_at))
        day.folder.rename(work.target)
    day.log("replay", f"output={work.target.name}")
    if replay.comparison.defect is not None:
        where = work.target / "evidence" / f"{EVIDENCE}.json"
        raise ReplayDiffersError(f"{replay.comparison.defect}: see {where}.")
    return Replay(work.run_id, work.target, replay.manifest, replay.comparison)


def published_for(
    chain: Sequence[PublishedRun], as_of: date, known_at: date
) -> PublishedRun | None:
    """The run published last for exactly this pair, or None."""
    of_the_pair = [run for run in chain if (run.as_of, run.known_at) == (as_of, known_at)]
    return of_the_pair[-1] if of_the_pair else None


def runs_that_count(
    chain: Sequence[PublishedRun], as_of: date, known_at: date
) -> tuple[PublishedRun, ...]:
    """The runs whose rows a replay uses, and whose figures its histories show.

    For a published position these are the runs up to its last one: files that a later run took
    cannot change it, even if they are known from the same day. For any other position, all runs.
    """
    published = published_for(chain, as_of, known_at)
    return tuple(chain if published is None else chain[: chain.index(published) + 1])


@contextmanager
def recomputation(
    settings: Settings,
    positions: Sequence[tuple[date, date]],
    output: Path | None,
    name: str,
) -> Iterator[Recomputation]:
    """Copies the raw tables for each position while it holds the lock, and releases it.

    Raises:
        UsageError: The output already exists, or the workspace has no warehouse.
        WorkspaceBusyError: Another run holds the workspace.
    """
    switch_telemetry_off()
    started_at = calendar.now()
    run_id = calendar.new_run_id(started_at)
    original = Workspace(settings.home)
    target = (output or settings.home / "replays" / f"{name}_{run_id}").absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"--output {target} already exists: use a new or an empty folder.")
    if not original.warehouse.exists():
        raise UsageError(f"{settings.home} has no warehouse yet: use `income run` first.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".replay_", dir=target.parent) as scratch, ExitStack() as held:
        copies = [Workspace(Path(scratch) / str(number)) for number in range(len(positions))]
        with original.locked():
            chain = read_chain(original.runs)
            chains = [runs_that_count(chain, *position) for position in positions]
            for copy, counted in zip(copies, chains, strict=True):
                copy.create()
                copy_raw_tables(original.warehouse, copy.warehouse, {run.run_id for run in counted})
        locks = [held.enter_context(copy.locked()) for copy in copies]
        days = tuple(
            Day(
                settings,
                copy,
                run_id,
                *position,
                started_at,
                counted,
                lock,
                is_replay=True,
                later=chain[len(counted) :],
            )
            for copy, position, counted, lock in zip(copies, positions, chains, locks, strict=True)
        )
        yield Recomputation(run_id, target, days)


def copy_raw_tables(warehouse: Path, copy: Path, committed_run_ids: Collection[str]) -> None:
    """Copies schema `raw` with the rows of the given runs; the warehouse is only read."""
    with closing(duckdb.connect(str(copy))) as connection:
        connection.execute(f"attach '{quoted(warehouse)}' as original (read_only)")
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


def _calculate_again(day: Day, published: PublishedRun | None) -> Replay:
    results = run_steps(day, REPLAY)
    manifest = results[REPORT.name]
    keys = {model.name: model.key for model in mart_models(results[TRANSFORM.name].manifest)}
    comparison = (
        Comparison()
        if published is None
        else compare_with_published(published, manifest, day.folder, keys)
    )
    write_evidence(day.folder, EVIDENCE, comparison.as_json())
    seal(day.folder, manifest)
    day.log("compare", str(comparison.as_json()["summary"]))
    return Replay(day.run_id, day.folder, manifest, comparison)
