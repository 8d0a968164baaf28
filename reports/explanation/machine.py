"""The explanation as JSON values: stable keys, money as text with two decimals, ISO dates.

docs/guides/explain.md describes the keys. New keys may be added; existing ones never change.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from reports.explanation.explanation import Explanation, Part
from reports.explanation.sentence import Cell, Sentence
from reports.explanation.table import Table

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


def as_mapping(explanation: Explanation) -> dict[str, Json]:
    """The explanation as plain values."""
    compared = explanation.compared_with
    return {
        "kind": str(explanation.subject),
        "id": explanation.id,
        "as_of_date": explanation.position.as_of.isoformat(),
        "known_at": explanation.position.known_at.isoformat(),
        "run_id": explanation.position.run_id,
        "unreconciled": explanation.unreconciled,
        "summary": explanation.account.summary.written(),
        "balance": plain(explanation.account.balance),
        "facts": _facts(explanation.account.facts),
        "compared_with": None
        if compared is None
        else {
            "as_of_date": compared.as_of.isoformat(),
            "known_at": compared.known_at.isoformat(),
            "run_id": compared.run_id,
        },
        "absent": list(explanation.absences),
        "parts": {part.key: _part(part) for part in explanation.parts},
    }


def _facts(facts: Mapping[str, Cell]) -> dict[str, Json]:
    position = ("as_of_date", "known_at")
    return {name: plain(value) for name, value in facts.items() if name not in position}


def _part(part: Part) -> Json:
    return {
        "title": part.title,
        "sentences": [sentence.written() for sentence in (*part.sentences, *part.notes)],
        "rows": [] if part.table is None else _rows(part.table),
    }


def _rows(table: Table) -> list[Json]:
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, map(plain, row), strict=True)) for row in table.rows]


def plain(value: Cell | Sentence) -> str | int | bool | None:
    """A value as JSON: sentences as text, money as text with two decimals, dates in ISO form."""
    if isinstance(value, Sentence):
        return value.written()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value
