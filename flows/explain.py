"""From a figure back to the rows behind it, out of the published marts of one run.

Each kind of thing is a list of sections; a section is the rows of one mart that bear its id.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from flows.chain import PublishedRun
from flows.errors import UsageError
from flows.query import Answer, open_marts, run_to_read, written
from flows.words import Format, Kind
from flows.workspace import Workspace


@dataclass(frozen=True)
class Section:
    """The rows of one mart that bear an id."""

    title: str
    mart: str
    condition: str


_MOVEMENTS = "Movements, each with the file and line that brought it"
_ALLOCATIONS = "Allocations, each with the rule that made it"
_OPEN = "Open items, each with its band"

_SECTIONS: Mapping[Kind, Sequence[Section]] = {
    Kind.INVOICE: (
        Section("The invoice", "invoices", "invoice_id = $id"),
        Section(_MOVEMENTS, "ledger_movements", "invoice_id = $id"),
        Section(_ALLOCATIONS, "allocations", "invoice_id = $id"),
        Section(_OPEN, "open_items", "invoice_id = $id"),
        Section("Write-off requests", "write_off_decisions", "invoice_id = $id"),
    ),
    Kind.DEBTOR: (
        Section("The debtor", "debtors", "debtor_id = $id"),
        Section(_MOVEMENTS, "ledger_movements", "debtor_id = $id"),
        Section(_ALLOCATIONS, "allocations", "debtor_id = $id"),
        Section(_OPEN, "open_items", "debtor_id = $id"),
        Section("Aged debt", "aged_debt", "debtor_id = $id"),
        Section("Arrangements", "arrangement_compliance", "debtor_id = $id"),
    ),
    Kind.ARRANGEMENT: (
        Section("The arrangement", "arrangement_compliance", "arrangement_id = $id"),
        Section("Its instalments", "arrangement_instalments", "arrangement_id = $id"),
        Section(_OPEN, "open_items", "arrangement_id = $id"),
    ),
    Kind.RECEIPT: (
        Section(_MOVEMENTS, "ledger_movements", "movement_type = 'receipt' and movement_id = $id"),
        Section(_ALLOCATIONS, "allocations", "source_type = 'receipt' and source_id = $id"),
        Section(
            "What is open of it",
            "open_items",
            "item_kind = 'unallocated_receipt' and item_id = $id",
        ),
        Section("In suspense", "suspense", "receipt_id = $id"),
    ),
    Kind.REQUEST: (
        Section("The decision", "write_off_decisions", "request_id = $id"),
        Section("In the schedule", "write_off_schedule", "request_id = $id"),
    ),
}


@dataclass(frozen=True)
class Explanation:
    """What the marts of one run say of one thing; a withheld mart has None for its rows."""

    run: PublishedRun
    kind: Kind
    id: str
    sections: tuple[tuple[Section, Answer | None], ...]


def explain(workspace: Workspace, kind: Kind, id_: str, as_of: date | None) -> Explanation:
    """Looks a thing up in the newest run, or in the newest one of a past day.

    Raises:
        UsageError: The id is not known, or nothing was published for the day.
    """
    run = run_to_read(workspace, as_of)
    with open_marts(run.folder) as marts:
        sections = tuple((each, _rows(marts, each, id_)) for each in _SECTIONS[kind])
    if not any(answer.rows for _, answer in sections if answer is not None):
        raise UsageError(
            f"No {kind} has the id {id_!r} as of {run.as_of}: check the id or name another --as-of."
        )
    return Explanation(run, kind, id_, sections)


def _rows(marts: duckdb.DuckDBPyConnection, section: Section, id_: str) -> Answer | None:
    # A literal: a bound parameter makes DuckDB load pandas, which takes longer than the answer.
    condition = section.condition.replace("$id", "'" + id_.replace("'", "''") + "'")
    try:
        result = marts.execute(f'select * from "{section.mart}" where {condition} order by all')
    except duckdb.CatalogException:
        return None
    columns = tuple(str(column[0]) for column in result.description or ())
    return Answer(columns, tuple(result.fetchall()))


def as_text(explanation: Explanation) -> str:
    """The explanation for people, one row of a mart below the other."""
    run = explanation.run
    lines = [
        f"{explanation.kind.capitalize()} {explanation.id} as of {run.as_of}, "
        f"known at {run.known_at} (run {run.run_id})"
    ]
    for section, answer in explanation.sections:
        if answer is None:
            lines += ["", f"{section.title}: {section.mart} was withheld in this run"]
        elif answer.rows:
            lines += ["", section.title, written(_told(answer), Format.TABLE).rstrip()]
    return "\n".join(lines) + "\n"


def _told(answer: Answer) -> Answer:
    """Without the columns that say the same on every line, or nothing at all."""
    kept = [
        place
        for place, name in enumerate(answer.columns)
        if name not in ("as_of_date", "known_at")
        and any(row[place] is not None for row in answer.rows)
    ]
    return Answer(
        tuple(answer.columns[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in answer.rows),
    )


def as_json(explanation: Explanation) -> str:
    """The explanation for machines: rows by mart, null where a mart was withheld."""
    run = explanation.run
    parts = [
        f'"kind": {json.dumps(explanation.kind)}',
        f'"id": {json.dumps(explanation.id)}',
        f'"as_of_date": {json.dumps(run.as_of.isoformat())}',
        f'"known_at": {json.dumps(run.known_at.isoformat())}',
        f'"run_id": {json.dumps(run.run_id)}',
        *(
            f'"{section.mart}": '
            + ("null" if answer is None else written(answer, Format.JSON).rstrip())
            for section, answer in explanation.sections
        ),
    ]
    return "{" + ",\n ".join(parts) + "}\n"
