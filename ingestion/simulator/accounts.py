"""The simulated council's record of an account: its debtor, invoices and receipts.

The amounts are the council's own; the product under test calculates its figures itself.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ingestion.simulator.catalogue import Service
from ingestion.simulator.nominal import RENT_DEBTORS
from ingestion.simulator.writer import Cell


class Habit(StrEnum):
    """How a debtor pays without being contacted."""

    DIRECT_DEBIT = "direct_debit"
    PROMPT = "prompt"
    LATE = "late"
    PART = "part"
    OVER = "over"
    STANDING_ORDER = "standing_order"
    RELUCTANT = "reluctant"
    NEVER = "never"


@dataclass(slots=True)
class Record:
    """The latest version of a row, kept because the row may change later."""

    feed: str
    row: dict[str, Cell]

    def __getitem__(self, column: str) -> Cell:
        """The cell of a column, None if it is blank."""
        return self.row.get(column)

    def text(self, column: str) -> str:
        """The cell of a column that holds text."""
        return str(self.row[column])


@dataclass(slots=True, eq=False)
class Debtor:
    """A debtor account."""

    record: Record
    habit: Habit
    account: str
    open: list["Invoice"] = field(default_factory=list)
    quiet: bool = False
    """True if the debtor pays nothing: dead, gone away, insolvent or under a moratorium."""
    settling: bool = False
    """True if a write-off is in progress or posted: nothing else happens to the account."""
    credited: bool = False
    """True if the account ever had a credit."""
    joint: bool = False
    """True if the party has another account."""
    held_until: date | None = None
    officer_id: str | None = None
    requested: list[tuple[date, Decimal]] = field(default_factory=list)
    """Day and amount of each write-off request."""

    @property
    def debtor_id(self) -> str:
        """The debtor's id."""
        return self.record.text("debtor_id")

    @property
    def name(self) -> str:
        """The debtor's name."""
        return self.record.text("name")

    @property
    def party_type(self) -> str:
        """The debtor's party type."""
        return self.record.text("party_type")

    @property
    def exact(self) -> bool:
        """True for rent accounts: a payment is the open amount of the invoice that it names."""
        return self.account == RENT_DEBTORS


@dataclass(slots=True, eq=False)
class Invoice:
    """An invoice and the state of its collection."""

    record: Record
    debtor: Debtor
    service: Service
    dated: date
    due: date
    gross: Decimal
    owed: Decimal
    instalments: tuple[tuple[date, Decimal], ...] = ()
    arranged: bool = False
    disputed: bool = False
    placed: bool = False
    at_law: bool = False
    chased: bool = False
    held_until: date | None = None
    stage: str = ""
    """The last recovery stage that was done."""

    @property
    def invoice_id(self) -> str:
        """The invoice's id."""
        return self.record.text("invoice_id")

    def parts(self) -> tuple[tuple[date, Decimal], ...]:
        """The amounts of the invoice with their due dates."""
        return self.instalments or ((self.due, self.gross),)

    def blocked(self, today: date) -> bool:
        """True while nobody may pursue it."""
        holds = (self.held_until, self.debtor.held_until)
        held = any(until is not None and today <= until for until in holds)
        stopped = (self.arranged, self.disputed, self.placed, self.at_law, self.debtor.settling)
        return held or any(stopped)

    def reduce(self, amount: Decimal) -> Decimal:
        """Reduces the open amount by a credit; returns the part that was needed."""
        needed = min(amount, self.owed)
        self.owed -= needed
        if self.owed <= 0 and self in self.debtor.open:
            self.debtor.open.remove(self)
        return needed

    def reopen(self, amount: Decimal) -> None:
        """Reverses a credit."""
        if self.owed <= 0:
            self.debtor.open.append(self)
        self.owed += amount


@dataclass(slots=True, eq=False)
class Receipt:
    """A receipt and the invoices that it paid."""

    record: Record
    amount: Decimal
    account: str
    received: date
    parts: list[tuple[Invoice, Decimal]] = field(default_factory=list)

    @property
    def receipt_id(self) -> str:
        """The receipt's id."""
        return self.record.text("receipt_id")

    @property
    def unused(self) -> Decimal:
        """The part of the receipt that no invoice needed."""
        return self.amount - sum((amount for _, amount in self.parts), Decimal(0))


@dataclass(slots=True, eq=False)
class Arrangement:
    """A payment arrangement with its invoices and its schedule."""

    record: Record
    debtor: Debtor
    invoices: tuple[Invoice, ...]
    plan: tuple[tuple[date, Decimal], ...]

    @property
    def arrangement_id(self) -> str:
        """The arrangement's id."""
        return self.record.text("arrangement_id")

    @property
    def owed(self) -> Decimal:
        """The open amount of its invoices."""
        return sum((invoice.owed for invoice in self.invoices), Decimal(0))
