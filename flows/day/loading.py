"""The first step of the day: what is in the inbox into the raw tables, and the position to compute.

Raw rows count only if their run is committed, or is the run itself; everything else goes first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import duckdb

from flows.day.day import Day
from flows.day.kept_ledger import ledger_to_go_on_from
from flows.errors import BrokenChainError, IncomeError, NothingToWorkOnError
from flows.runs.chain import committed_run_ids
from flows.runs.history import load_histories

if TYPE_CHECKING:
    from ingestion.intake.taken import Intake

LOG = logging.getLogger(__name__)
POLICY_SOURCE = "policy"


def ingest(day: Day) -> Intake:
    """Loads what is in the inbox, beside the rows of committed runs only.

    Raises:
        NothingToWorkOnError: No invoice is known, or every file of a non-empty inbox was refused;
            the inbox stays as it is, and the quarantine says why.
        IncomeError: The warehouse cannot be used.
    """
    from ingestion.intake.inbox import take_inbox  # noqa: PLC0415 - loads Arrow

    with _open_warehouse(day) as warehouse:
        _forget_unfinished(warehouse, day)
        _refuse_lost_rows(warehouse, day)
        intake = take_inbox(
            warehouse,
            inbox=day.workspace.inbox,
            policy=day.workspace.policy,
            quarantine=day.workspace.quarantine,
            run_id=day.run_id,
            known_at=day.known_at,
            last_published_known_at=day.previous.known_at if day.previous else None,
            require_dated_names=day.is_caught_up,
        )
        fault = _all_refused(day, intake)
        if fault is None and not _any_invoice(warehouse, day):
            mend = _later_day(warehouse, f"put an `invoices` file into {day.workspace.inbox}")
            fault = f"No invoice is known at {day.known_at}: {mend}."
        if fault is not None:
            _forget_unfinished(warehouse, day)
            raise NothingToWorkOnError(fault)
        _set_position(warehouse, day)
    day.say("ingest", _counts(intake))
    for name in intake.unreadable:
        LOG.warning(
            "run_id=%s step=ingest %s cannot be read and was left alone: give the run leave to",
            day.run_id,
            name,
        )
    return intake


def take_position(day: Day) -> None:
    """Takes the position of a replay, whose raw rows are there already.

    Raises:
        NothingToWorkOnError: No invoice was known then.
    """
    with _open_warehouse(day) as warehouse:
        if not _any_invoice(warehouse, day):
            raise NothingToWorkOnError(
                f"No invoice was known at {day.known_at}: {_later_day(warehouse)}."
            )
        _set_position(warehouse, day)


@contextmanager
def _open_warehouse(day: Day) -> Iterator[duckdb.DuckDBPyConnection]:
    from ingestion.intake.warehouse import open_warehouse  # noqa: PLC0415 - loads Arrow
    from ingestion.refusal import IngestionError  # noqa: PLC0415

    try:
        with closing(open_warehouse(day.workspace.warehouse)) as warehouse:
            yield warehouse
    except IngestionError as unfit:
        raise IncomeError(str(unfit)) from unfit


def _forget_unfinished(warehouse: duckdb.DuckDBPyConnection, day: Day) -> None:
    from ingestion.intake.warehouse import forget_unfinished_runs  # noqa: PLC0415

    forget_unfinished_runs(warehouse, committed_run_ids(day.workspace.runs))


def _set_position(warehouse: duckdb.DuckDBPyConnection, day: Day) -> None:
    from ingestion.intake.warehouse import set_position  # noqa: PLC0415

    load_histories(warehouse, day)
    set_position(warehouse, day.as_of, day.known_at, ledger_to_go_on_from(warehouse, day))


def _counts(intake: Intake) -> str:
    files = intake.files
    counts = {
        "files": len(files),
        "refused": sum(file.refused_code is not None for file in files),
        "left_alone": len(intake.left_alone),
        "rows_read": sum(file.rows_read for file in files),
        "accepted": sum(file.rows_accepted for file in files),
        "quarantined": sum(file.rows_quarantined for file in files),
        "set_aside": sum(file.rows_set_aside for file in files),
    }
    return " ".join(f"{name}={count}" for name, count in counts.items())


def _all_refused(day: Day, intake: Intake) -> str | None:
    from_inbox = [file for file in intake.files if file.source != POLICY_SOURCE]
    if not from_inbox or any(file.refused_code is None for file in from_inbox):
        return None
    if day.is_caught_up and _any_without_a_day(day, intake):
        return None
    first = from_inbox[0]
    reason = (first.refused_message or "").rstrip(".")
    where = day.workspace.quarantine_of(day.run_id)
    return (
        f"Every file of {day.workspace.inbox} was refused; {first.name}: {reason}. "
        f"All are named in {where}."
    )


def _any_without_a_day(day: Day, intake: Intake) -> bool:
    """Whether the inbox holds files that were not judged because they wait for a later run."""
    from ingestion.intake.arrival import day_in_name, is_left_alone  # noqa: PLC0415

    return any(
        day_in_name(name) is None
        and not is_left_alone(name)
        and (day.workspace.inbox / name).is_file()
        for name in intake.left_alone
    )


def _any_invoice(warehouse: duckdb.DuckDBPyConnection, day: Day) -> bool:
    known = warehouse.execute(
        "select count(*) from raw.invoices where _known_on <= ?", [day.known_at]
    ).fetchone()
    return known is not None and known[0] > 0


def _later_day(warehouse: duckdb.DuckDBPyConnection, otherwise: str = "name a later day") -> str:
    """The mend where nothing is known yet: the first day on which an invoice is, if any is."""
    first = warehouse.execute("select min(_known_on) from raw.invoices").fetchone()
    if first is None or first[0] is None:
        return otherwise
    return f"the first is known from {first[0]}, so name --known-at {first[0]} or a later day"


def _refuse_lost_rows(warehouse: duckdb.DuckDBPyConnection, day: Day) -> None:
    """Refuses to go on with a warehouse that lacks the rows of a published run."""
    loaded = {
        row[0] for row in warehouse.execute("select distinct run_id from raw.files").fetchall()
    }
    for run in day.chain:
        brought_something = any(not file["unchanged"] for file in run.manifest["inputs"])
        if brought_something and run.run_id not in loaded:
            raise BrokenChainError(
                f"{day.workspace.warehouse} lacks the rows of the published run {run.run_id}: "
                "restore it from a backup, or load the files of inbox/archive into a new workspace."
            )
