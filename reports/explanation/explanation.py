"""Owns what an explanation consists of, whatever it is about and wherever it is shown."""

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
    """What can be explained."""

    INVOICE = "invoice"
    DEBTOR = "debtor"
    ARRANGEMENT = "arrangement"
    RECEIPT = "receipt"
    REQUEST = "request"


@dataclass(frozen=True)
class Figure:
    """One fact that is compared with the day before.

    Attributes:
        key: The same on both days.
        label: What it is.
        value: What it is now.
        name: The item that it is about, where there may be many.
        together: Words for several items of which the same changed in the same way.
    """

    key: str
    label: Sentence
    value: Cell
    name: Sentence | None = None
    together: str = ""


@dataclass(frozen=True)
class Part:
    """One answer: sentences and, where there is something to list, a table.

    Attributes:
        key: Name for machines.
        title: Heading for people.
        sentences: The answer in words, one line each.
        table: The rows behind it.
        notes: What helps to read the table.
    """

    key: str
    title: str
    sentences: tuple[Sentence, ...]
    table: Table | None = None
    notes: tuple[Sentence, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether its list would hide what comes after it."""
        return self.key != "open_items" or (self.table is not None and len(self.table.rows) > 3)


@dataclass(frozen=True)
class Account:
    """What the marts of one run say of one thing.

    Attributes:
        summary: What it is and what is owed.
        facts: The row of the mart that has the thing for its key; empty without such a row.
        balance: Pounds that its movements leave.
        movements: Its movements in order of date.
        allocations: What settles it, or what it settles.
        figures: What is compared with the day before, beside movements and allocations.
        parts: The answers, in order.
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
    """Which run it is: its two clocks and its id."""

    as_of: date
    known_at: date
    run_id: str


@dataclass(frozen=True)
class Earlier:
    """The run of the newest earlier day; without marts where they are no longer kept."""

    position: Position
    marts: RunMarts | None


@dataclass(frozen=True)
class Explanation:
    """An account, what changed since the day before, and the run that it stands on."""

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
        """All answers: the reasons, what changed, then the long lists behind them."""
        parts = self.account.parts
        lists = [part for part in parts if part.key in _LISTS and part.is_long]
        reasons = [part for part in parts if part not in lists]
        return (*reasons, self.changes, *lists)
