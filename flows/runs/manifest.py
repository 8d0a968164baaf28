"""The manifest of a run: what went in, what the gates said, what came out.

Pure: facts in, a mapping out. Hashes of files and the link to the run before are added where the
folder is sealed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from expectations.outcomes import GateOutcome
    from flows.runs.publish import MartFile
    from ingestion.intake.taken import Intake, TakenFile

PUBLISHED = "published"
WITHHELD = "withheld"
REPLAYED = "replayed"
FAILED = "failed"
RECONCILIATION = "reconciliation"


@dataclass(frozen=True)
class RunFacts:
    """What identifies a run and what it was calculated with."""

    run_id: str
    as_of: date
    known_at: date
    started_at: datetime
    target: str
    code_version: str
    lock_sha256: str | None
    policy_sha256: str
    previous_manifest_sha256: str | None
    is_replay: bool = False


def withheld_marts(gates: Iterable[GateOutcome]) -> frozenset[str]:
    """The marts that may not leave: those of gates that did not pass."""
    return frozenset(mart for gate in gates if gate.status != "passed" for mart in gate.withheld)


def any_gate_failed(gates: Iterable[GateOutcome]) -> bool:
    """Whether the run ends with the exit code for a withheld output."""
    return any(gate.status == FAILED for gate in gates)


def build_manifest(
    facts: RunFacts,
    finished_at: datetime,
    intake: Intake,
    gates: Sequence[GateOutcome],
    marts: Sequence[MartFile],
    more: Mapping[str, object],
) -> dict[str, Any]:
    """The manifest without the hashes of its files; `more` are facts beside the fixed ones."""
    return {
        "run_id": facts.run_id,
        "as_of_date": facts.as_of.isoformat(),
        "known_at": facts.known_at.isoformat(),
        "status": _status(facts, gates),
        "code_version": facts.code_version,
        "lock_sha256": facts.lock_sha256,
        "policy_sha256": facts.policy_sha256,
        "target": facts.target,
        "started_at": facts.started_at.isoformat(),
        "finished_at": finished_at.isoformat(),
        "inputs": [_input(file) for file in intake.files],
        "left_alone": list(intake.left_alone),
        "unreadable": list(intake.unreadable),
        "gates": [_gate(gate) for gate in gates],
        "marts": [asdict(mart) for mart in marts],
        "unreconciled": _is_unreconciled(gates),
        **more,
        "previous_manifest_sha256": facts.previous_manifest_sha256,
    }


def _status(facts: RunFacts, gates: Iterable[GateOutcome]) -> str:
    if facts.is_replay:
        return REPLAYED
    return WITHHELD if any_gate_failed(gates) else PUBLISHED


def _is_unreconciled(gates: Iterable[GateOutcome]) -> bool:
    return not any(gate.name == RECONCILIATION and gate.status == "passed" for gate in gates)


def _input(file: TakenFile) -> dict[str, Any]:
    return {
        "file": file.name,
        "sha256": file.sha256,
        "feed": file.feed,
        "source": file.source,
        "file_day": _day(file.file_day),
        "known_on": _day(file.known_on),
        "rows_read": file.rows_read,
        "rows_accepted": file.rows_accepted,
        "rows_quarantined": file.rows_quarantined,
        "rows_set_aside": file.rows_set_aside,
        "control_total": _money(file.control_total),
        "unchanged": file.unchanged,
        "refused_code": file.refused_code,
        "refused_message": file.refused_message,
        "unknown_columns": list(file.unknown_columns),
        "notes": list(file.notes),
    }


def _gate(gate: GateOutcome) -> dict[str, Any]:
    return {
        "name": gate.name,
        "status": gate.status,
        "checks": len(gate.checks),
        "failed_checks": list(gate.failed_checks),
        "withheld": sorted(gate.withheld) if gate.status != "passed" else [],
        "checks_detail": [check.as_json() for check in gate.checks],
    }


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def notes_so_far(previous: Mapping[str, Any] | None, intake: Intake) -> list[str]:
    """What every output has to print because of a file that was ever taken, sorted.

    A mapping that treats a currency as pounds says so in its notes; the figures it brought stay in
    the ledger, so the note stays too.
    """
    earlier = set(previous.get("notes", [])) if previous else set()
    return sorted(earlier | {note for file in intake.files for note in file.notes})
