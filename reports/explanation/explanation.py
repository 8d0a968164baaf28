"""The parts of an explanation, whatever it explains and wherever it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reports.explanation.allocations import Allocation
from reports.explanation.movements import Movement
from reports.explanation.run_marts import RunMarts
from reports.explanation.sentence import Cell, Sentence
from reports.explanation.table import Table

_LISTS = ("open_items", "movements", "allocations")


class Subject(StrEnum):
    """The kinds of id that can be explained."""

    INVOICE = "invoice"
    DEBTOR = "debtor"
    ARRANGEMENT = "arrangement"
    RECEIPT = "receipt"
    REQUEST = "request"


@dataclass(frozen=True)
class Figure:
    """One fact that is compared with the previous published day.

    Attributes:
        key: The same on both days.
        label: The fact, in words.
        value: Its value in this run.
        name: The item it belongs to, where there may be several.
        together: The label for several items that changed in the same way.
    """

    key: str
    label: Sentence
    value: Cell
    name: Sentence | None = None
    together: str = ""


@dataclass(frozen=True)
class Part:
    """One section: sentences and, where there are rows to list, a table.

    Attributes:
        key: Name for machines.
        title: Heading for people.
        sentences: The explanation in words, one line each.
        table: The rows behind it.
        notes: How to read the table.
    """

    key: str
    title: str
    sentences: tuple[Sentence, ...]
    table: Table | None = None
    notes: tuple[Sentence, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether its table is long enough to hide the sections after it."""
        return self.key != "open_items" or (self.table is not None and len(self.table.rows) > 3)


@dataclass(frozen=True)
class Account:
    """One id in the marts of one run.

    Attributes:
        summary: What it is and how much is owed.
        facts: The row of the mart with this id as its key; empty if there is no such row.
        balance: The balance of its movements, in pounds.
        movements: Its movements in order of date.
        allocations: The credits matched to it, or the debts it is matched to.
        figures: The facts compared with the previous day, besides movements and allocations.
        parts: The sections, in order.
    """

    summary: Sentence
    facts: Mapping[str, Cell]
    balance: Decimal
    movements: tuple[Movement, ...]
    allocations: tuple[Allocation, ...]
    figures: tuple[Figure, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Position:
    """A run: its as-of date, its known-at date and its id."""

    as_of: date
    known_at: date
    run_id: str


@dataclass(frozen=True)
class Earlier:
    """The run of the newest earlier day; `marts` is None if they are no longer kept."""

    position: Position
    marts: RunMarts | None


@dataclass(frozen=True)
class Explanation:
    """An account, the changes since the previous published day, and the run they come from."""

    subject: Subject
    id: str
    position: Position
    unreconciled: bool
    account: Account
    changes: Part
    compared_with: Position | None
    absences: tuple[str, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """All sections: the reasons, the changes, then the long lists."""
        parts = self.account.parts
        lists = [part for part in parts if part.key in _LISTS and part.is_long]
        reasons = [part for part in parts if part not in lists]
        return (*reasons, self.changes, *lists)
