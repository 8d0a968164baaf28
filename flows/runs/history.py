"""The published runs that the history marts look back on, and the files that they read.

A run's own file is the truth about its position. Where thinning has removed it, the newest history
mart that is still there has the rows, and is read for those positions only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flows.runs.chain import PublishedRun
from flows.runs.month_ends import signed_positions

if TYPE_CHECKING:
    import duckdb

    from ingestion.intake.published_history import Position, PublishedRows


@dataclass(frozen=True)
class History:
    """A history mart, and the mart that each run publishes of its own position.

    Attributes:
        table: The raw table that holds the rows of earlier runs.
        mart: The mart of a run that holds its own position.
        gathered_in: The mart that holds every position.
        signed_only: Whether only month ends are gathered, which no later run can change.
    """

    table: str
    mart: str
    gathered_in: str
    signed_only: bool = False


HISTORIES = (
    History("published_aged_debt", "aged_debt", "aged_debt_history"),
    History("published_arrangements", "arrangement_compliance", "arrangement_history"),
    History("published_data_quality", "data_quality_results", "data_quality_history"),
    History("published_open_items", "open_items", "aged_debt_as_signed", signed_only=True),
    History("published_suspense", "suspense", "suspense_as_signed", signed_only=True),
)


def load_histories(
    warehouse: duckdb.DuckDBPyConnection,
    chain: Sequence[PublishedRun],
    later: Sequence[PublishedRun],
    as_of: date,
    known_at: date,
) -> None:
    """Loads what each history mart needs of the runs published before.

    Args:
        warehouse: The open warehouse.
        chain: The runs published before this one, oldest first.
        later: For a replay, the runs published after those.
        as_of: The date of the position.
        known_at: Rows known by the end of this day count.
    """
    from ingestion.intake.published_history import (  # noqa: PLC0415 - not for quick commands
        load_published,
        load_published_runs,
    )

    seen = runs_seen(chain, as_of, known_at)
    signed = signed_positions(seen, as_of)
    load_published_runs(warehouse, {position: run.run_id for position, run in seen.items()})
    runs = (*chain, *later)
    for history in HISTORIES:
        positions = signed if history.signed_only else seen
        rows = published_rows(history, seen, positions, runs)
        load_published(warehouse, history.table, rows)


def runs_seen(
    chain: Sequence[PublishedRun], as_of: date, known_at: date
) -> dict[Position, PublishedRun]:
    """The latest run of each other position that this one may look back on, oldest first.

    A position that was published before looks back on what its last run did; any other one on
    every position that was known by then.
    """
    own = (as_of, known_at)
    positions = [(run.as_of, run.known_at) for run in chain]
    end = len(chain) - positions[::-1].index(own) if own in positions else len(chain)
    return {
        position: run
        for position, run in zip(positions[:end], chain, strict=False)
        if position != own and run.known_at <= known_at
    }


def published_rows(
    history: History,
    seen: Mapping[Position, PublishedRun],
    positions: Collection[Position],
    runs: Sequence[PublishedRun],
) -> tuple[PublishedRows, PublishedRows]:
    """The files of the runs themselves, and the history mart for runs whose file was removed.

    Args:
        history: The history.
        seen: The latest run of each position that it looks back on.
        positions: The positions to read.
        runs: Every published run, oldest first: one of the same position or a later one may still
            have the rows of a thinned run.
    """
    from ingestion.intake.published_history import PublishedRows  # noqa: PLC0415 - not for quick commands

    own = {position: _mart(seen[position], history.mart) for position in sorted(positions)}
    whole = {position: path for position, path in own.items() if path.exists()}
    lost = [position for position in own if position not in whole]
    gathered = (_mart(run, history.gathered_in) for run in reversed(runs))
    newest = next((path for path in gathered if path.exists()), None) if lost else None
    return (
        PublishedRows(list(whole.values()), list(whole)),
        PublishedRows([newest] if newest else [], lost),
    )


def _mart(run: PublishedRun, mart: str) -> Path:
    return run.folder / "marts" / f"{mart}.parquet"
