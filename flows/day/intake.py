"""The step that takes the files of the inbox into the raw tables."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flows.day.day import Day
from flows.day.input_check import why_nothing_to_work_on
from flows.day.raw_position import set_position_of
from flows.day.raw_tables import (
    opened_warehouse,
    refuse_missing_rows,
    remove_uncommitted_rows,
)
from flows.errors import NothingToWorkOnError

if TYPE_CHECKING:
    from ingestion.intake.taken import Intake

LOG = logging.getLogger(__name__)


def ingest(day: Day) -> Intake:
    """Loads the files of the inbox and sets the position to calculate.

    Raises:
        NothingToWorkOnError: No invoice was known, or every file of a non-empty inbox was refused.
            The inbox stays as it is, and the quarantine shows the reasons.
        BrokenChainError: The rows of a published run are missing from the warehouse.
        IncomeError: The warehouse cannot be used.
    """
    from ingestion.intake.inbox import take_inbox  # noqa: PLC0415 - loads Arrow

    with opened_warehouse(day) as warehouse:
        remove_uncommitted_rows(warehouse, day)
        refuse_missing_rows(warehouse, day)
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
        reason = why_nothing_to_work_on(warehouse, day, intake)
        if reason is not None:
            remove_uncommitted_rows(warehouse, day)
            raise NothingToWorkOnError(reason)
        set_position_of(warehouse, day)
    day.log("ingest", _counts(intake))
    for name in intake.unreadable:
        LOG.warning(
            "run_id=%s step=ingest %s cannot be read and was left in the inbox: "
            "allow this user to read it",
            day.run_id,
            name,
        )
    return intake


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
