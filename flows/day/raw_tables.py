"""The raw tables of a run: only the rows of committed runs and of the run itself count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import duckdb

from flows.day.day import Day
from flows.errors import BrokenChainError, IncomeError
from flows.runs.chain import committed_run_ids


@contextmanager
def opened_warehouse(day: Day) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of the day, open for writing.

    Raises:
        IncomeError: The warehouse cannot be used.
    """
    from ingestion.intake.warehouse import open_warehouse  # noqa: PLC0415 - loads Arrow
    from ingestion.refusal import IngestionError  # noqa: PLC0415

    try:
        with closing(open_warehouse(day.workspace.warehouse)) as warehouse:
            yield warehouse
    except IngestionError as unusable:
        raise IncomeError(str(unusable)) from unusable


def remove_uncommitted_rows(warehouse: duckdb.DuckDBPyConnection, day: Day) -> None:
    """Deletes the raw rows of runs that never committed."""
    from ingestion.intake.warehouse import forget_unfinished_runs  # noqa: PLC0415 - loads Arrow

    forget_unfinished_runs(warehouse, committed_run_ids(day.workspace.runs))


def refuse_missing_rows(warehouse: duckdb.DuckDBPyConnection, day: Day) -> None:
    """Refuses a warehouse without the rows of a published run.

    Raises:
        BrokenChainError: With the run whose rows are missing.
    """
    loaded = {
        row[0] for row in warehouse.execute("select distinct run_id from raw.files").fetchall()
    }
    for run in day.chain:
        loaded_anything = any(not file["unchanged"] for file in run.manifest["inputs"])
        if loaded_anything and run.run_id not in loaded:
            raise BrokenChainError(
                f"{day.workspace.warehouse} does not hold the rows of the published run "
                f"{run.run_id}: restore it from a backup, or load the files of inbox/archive into "
                "a new workspace."
            )
