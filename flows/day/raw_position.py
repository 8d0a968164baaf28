"""The position in the raw tables that the models calculate, with what the run looks back on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from flows.day.day import Day
from flows.day.input_check import why_no_invoice
from flows.day.kept_ledger import ledger_to_continue
from flows.day.raw_tables import opened_warehouse
from flows.errors import NothingToWorkOnError
from flows.runs.history import load_histories

if TYPE_CHECKING:
    from ingestion.intake.taken import Intake


def set_position_of(warehouse: duckdb.DuckDBPyConnection, day: Day) -> None:
    """Sets the position of the day, loads its histories and chooses the ledger to continue."""
    from ingestion.intake.warehouse import set_position  # noqa: PLC0415 - loads Arrow

    load_histories(warehouse, day.chain, day.later, day.as_of, day.known_at)
    set_position(warehouse, day.as_of, day.known_at, ledger_to_continue(warehouse, day))


def use_known_rows(day: Day) -> Intake:
    """Sets the position of a replay, whose raw rows are already there; takes no file.

    Raises:
        NothingToWorkOnError: No invoice was known then.
    """
    from ingestion.intake.taken import Intake  # noqa: PLC0415 - not for quick commands

    with opened_warehouse(day) as warehouse:
        reason = why_no_invoice(warehouse, day)
        if reason is not None:
            raise NothingToWorkOnError(reason)
        set_position_of(warehouse, day)
    return Intake(files=(), left_alone=())
