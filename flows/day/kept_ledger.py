"""Whether a run continues from the ledger of the run before it, or builds the ledger whole.

A run that continues does work in proportion to what changed; a run that builds the ledger whole
does work in proportion to all rows. Both give the same marts. The kept tables are scratch: in any
doubt the run builds the ledger whole.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import duckdb

from flows.day.day import Day
from flows.runs.code_version import code_version, lock_sha256

if TYPE_CHECKING:
    from ingestion.intake.warehouse import KeptLedger

MOST_RUNS_KEPT = 30
"""After so many runs the ledger is built whole: tables with many deletes and inserts grow."""


def ledger_to_continue(warehouse: duckdb.DuckDBPyConnection, day: Day) -> KeptLedger | None:
    """The kept ledger that a run may continue, or None where it has to build it whole.

    The ledger has to be that of the last published run, made by the same code and libraries. Run
    ids separate old rows from new ones, so they have to increase. They do so unless the clock was
    put back.
    """
    from ingestion.intake.warehouse import kept_ledger  # noqa: PLC0415 - loads Arrow

    kept = kept_ledger(warehouse)
    if kept is None or day.full_refresh or day.is_replay or day.previous is None:
        return None
    may_continue = (
        kept.last_run == day.previous.run_id
        and kept.made_by == _maker()
        and kept.runs < MOST_RUNS_KEPT
        and max(run.run_id for run in day.chain) == kept.last_run < day.run_id
    )
    return kept if may_continue else None


def continues_kept_ledger(day: Day) -> bool:
    """Whether the position that the run has set continues a kept ledger."""
    with closing(duckdb.connect(str(day.workspace.warehouse), read_only=True)) as warehouse:
        kept = warehouse.execute("select kept_run_id from raw.position").fetchone()
    return kept is not None and kept[0] is not None


def record_kept_ledger(day: Day) -> None:
    """Records, once a run is published, that the model tables hold its ledger."""
    from ingestion.intake.warehouse import (  # noqa: PLC0415 - loads Arrow
        KeptLedger,
        keep_ledger,
        open_warehouse,
    )

    with closing(open_warehouse(day.workspace.warehouse)) as warehouse:
        row = warehouse.execute("select runs_kept from raw.position").fetchone()
        runs = (row[0] or 0) + 1 if row else 1
        kept = KeptLedger(day.as_of, day.known_at, day.run_id, runs, _maker())
        keep_ledger(warehouse, kept)


def _maker() -> str:
    return f"{code_version()} {lock_sha256()}"
