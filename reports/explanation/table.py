"""Owns the rows that an explanation lists: columns with a name for machines and one for people."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from reports.explanation.sentence import Cell, Sentence


@dataclass(frozen=True)
class Column:
    """One column; figures (money and counts) stand to the right; some are for machines only."""

    key: str
    label: str
    is_figure: bool = False
    is_told: bool = True


@dataclass(frozen=True)
class Table:
    """Rows in order. Money is in pounds."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | Sentence, ...], ...]

    @property
    def told(self) -> "Table":
        """For people: without columns for machines and those that are blank on every line."""
        kept = [
            place
            for place, column in enumerate(self.columns)
            if column.is_told and any(row[place] not in (None, "") for row in self.rows)
        ]
        return Table(
            tuple(self.columns[place] for place in kept),
            tuple(tuple(row[place] for place in kept) for row in self.rows),
        )

    def without(self, *keys: str) -> "Table":
        """The same table with some columns kept for machines."""
        columns = tuple(
            replace(column, is_told=column.is_told and column.key not in keys)
            for column in self.columns
        )
        return Table(columns, self.rows)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Pounds added up."""
    return sum(amounts, Decimal("0.00"))
