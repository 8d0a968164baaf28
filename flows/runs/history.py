"""Which published runs the history marts look back on, and which of their files they read.

A run's own file is the truth about its position. Where a thinned folder has lost it, the newest
history mart of all that are kept still has the rows, and is read for those positions only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flows.runs.chain import PublishedRun

if TYPE_CHECKING:
    import duckdb

    from flows.day.day import Day
    from ingestion.intake.published_history import Position, PublishedRows


@dataclass(frozen=True)
class History:
    """A history mart: what each run publishes of its own position, and where all is gathered.

    Attributes:
        table: The raw table that holds what earlier runs published.
        mart: The mart of a run that holds its own position.
        gathered_in: The mart that holds every position.
        signed_only: Whether only positions that nothing can overtake are gathered.
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


def load_histories(warehouse: duckdb.DuckDBPyConnection, day: Day) -> None:
    """Loads what each history mart needs of the runs published before."""
    from ingestion.intake.published_history import (  # noqa: PLC0415 - not for quick commands
        load_published,
        load_published_runs,
    )

    seen = runs_seen(day.chain, day.as_of, day.known_at)
    signed = signed_positions(seen, day.as_of)
    load_published_runs(warehouse, {position: run.run_id for position, run in seen.items()})
    runs = (*day.chain, *day.later)
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


def signed_positions(positions: Collection[Position], as_of: date) -> set[Position]:
    """The month ends among published positions: what later runs can only add to, never change.

    Every position of a month's last calendar day is one. In a month without any, it is the last
    position, once a later month has begun; runs never go back, so nothing can overtake it then.

    Args:
        positions: What is published.
        as_of: The day of the present run, which may have begun a later month.
    """
    last_of_month = {_month(position[0]): position for position in sorted(positions)}
    begun = max([_month(as_of), *last_of_month])
    overtaken_by_none = {position for month, position in last_of_month.items() if month < begun}
    on_last_day = {position for position in positions if _is_last_of_month(position[0])}
    months_done = {_month(position[0]) for position in on_last_day}
    return on_last_day | {
        position for position in overtaken_by_none if _month(position[0]) not in months_done
    }


def published_rows(
    history: History,
    seen: Mapping[Position, PublishedRun],
    positions: Collection[Position],
    runs: Sequence[PublishedRun],
) -> tuple[PublishedRows, PublishedRows]:
    """The files of the runs themselves, and the history mart for what they have no more.

    Args:
        history: Which history.
        seen: The latest run of each position that is looked back on.
        positions: Those of them that are wanted.
        runs: Every published run, oldest first: one of the same position or a later one may still
            hold what a thinned one has lost.
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


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _is_last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
