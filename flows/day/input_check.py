"""Whether a run has anything to work on: an invoice, and a file that was not refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from flows.day.day import Day

if TYPE_CHECKING:
    from ingestion.intake.taken import Intake

POLICY_SOURCE = "policy"


def why_nothing_to_work_on(
    warehouse: duckdb.DuckDBPyConnection, day: Day, intake: Intake
) -> str | None:
    """Why a run with this intake cannot continue, in one line; None where it can."""
    advice = f"put an `invoices` file into {day.workspace.inbox}"
    return _why_all_refused(day, intake) or why_no_invoice(warehouse, day, advice)


def why_no_invoice(
    warehouse: duckdb.DuckDBPyConnection, day: Day, advice: str = "use a later day"
) -> str | None:
    """Says that no invoice was known by the day, and what to do; None where one is known.

    Args:
        warehouse: The open warehouse.
        day: The day of the run.
        advice: What to do where no invoice is known on any day.
    """
    first, known = warehouse.execute(
        "select min(_known_on), count(*) filter (_known_on <= ?) from raw.invoices", [day.known_at]
    ).fetchall()[0]
    if known:
        return None
    if first is not None:
        advice = f"the first is known from {first}, so use --known-at {first} or a later day"
    return f"No invoice was known by {day.known_at}: {advice}."


def _why_all_refused(day: Day, intake: Intake) -> str | None:
    from_inbox = [file for file in intake.files if file.source != POLICY_SOURCE]
    if not from_inbox or any(file.refused_code is None for file in from_inbox):
        return None
    if day.is_caught_up and _any_file_waits(day, intake):
        return None
    first = from_inbox[0]
    reason = (first.refused_message or "").rstrip(".")
    where = day.workspace.quarantine_of(day.run_id)
    return (
        f"Every file of {day.workspace.inbox} was refused; {first.name}: {reason}. "
        f"{where} lists all of them."
    )


def _any_file_waits(day: Day, intake: Intake) -> bool:
    """Whether the inbox holds files without a day in their name, which wait for a later run."""
    from ingestion.intake.arrival import day_in_name, is_left_alone  # noqa: PLC0415

    return any(
        day_in_name(name) is None
        and not is_left_alone(name)
        and (day.workspace.inbox / name).is_file()
        for name in intake.left_alone
    )
