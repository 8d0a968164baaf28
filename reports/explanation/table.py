"""Tables of an explanation: each column has a key for machines and a label for people."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from reports.explanation.sentence import Cell, Sentence
from reports.site import wording

_CODES = ("movement_type", "item_kind", "source_type", "allocation_rule", "change")


@dataclass(frozen=True)
class Column:
    """One column; figures are money and counts, and only columns with `is_shown` are for people."""

    key: str
    label: str
    is_figure: bool = False
    is_shown: bool = True


@dataclass(frozen=True)
class Table:
    """Rows in order. Money is in pounds."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | Sentence, ...], ...]

    @property
    def shown(self) -> "Table":
        """The table for people: without columns for machines and columns that are always blank."""
        kept = [
            place
            for place, column in enumerate(self.columns)
            if column.is_shown and any(row[place] not in (None, "") for row in self.rows)
        ]
        return Table(
            tuple(self.columns[place] for place in kept),
            tuple(tuple(row[place] for place in kept) for row in self.rows),
        )

    def without(self, *keys: str) -> "Table":
        """The same table with some columns shown to machines only."""
        columns = tuple(
            replace(column, is_shown=column.is_shown and column.key not in keys)
            for column in self.columns
        )
        return Table(columns, self.rows)


def in_words(column: Column, value: Cell | Sentence) -> Cell | Sentence:
    """A cell for people: ageing bands and codes in words, other values as they are."""
    if column.key == "age_band" and value:
        return wording.band(str(value))
    return wording.name(str(value)) if column.key in _CODES and value else value


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum in pounds."""
    return sum(amounts, Decimal("0.00"))
