"""Ledger movements in order of date, with the balance after each and its source row."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.explanation.allocations import Allocation
from reports.explanation.run_marts import Row, RunMarts
from reports.explanation.sentence import Sentence, say
from reports.explanation.table import Column, Table, total

_ORDER = (
    "invoice",
    "adjustment",
    "write_off",
    "credit_note",
    "receipt",
    "receipt_reversal",
    "refund",
    "write_back",
)
_NAMES = {
    "invoice": "invoice",
    "adjustment": "adjustment",
    "write_off": "write-off",
    "credit_note": "credit note",
    "receipt": "receipt",
    "receipt_reversal": "reversal",
    "refund": "refund",
    "write_back": "write-back",
}
_NIL = Decimal("0.00")


@dataclass(frozen=True)
class Movement:
    """One movement; `counted` is the part of it, in pounds, that counts for the explained id."""

    type: str
    id: str
    effective_on: date
    known_on: date | None
    amount: Decimal
    counted: Decimal
    debtor_id: str | None
    invoice_id: str | None
    undone_id: str | None
    source_file: str
    source_line: int | None

    @property
    def key(self) -> tuple[str, str]:
        """The key that identifies the movement in every run."""
        return (self.type, self.id)

    @property
    def name(self) -> Sentence:
        """Such as: receipt R-1."""
        return named(self.type, self.id)

    @property
    def source(self) -> Sentence:
        """Such as: receipts_20260501.csv, line 7."""
        return source_of(self.source_file, self.source_line)


def named(movement_type: str, movement_id: str) -> Sentence:
    """A movement or credit: its type in words and its id."""
    return say("{kind} {id}", kind=_NAMES.get(movement_type, movement_type), id=movement_id)


def source_of(source_file: str | None, source_line: int | None) -> Sentence:
    """The source file and line of a row."""
    return say("{file}, line {line}", file=source_file or "unknown file", line=str(source_line))


def read(rows: Iterable[Row], counted: Callable[[Row], Decimal] | None = None) -> list[Movement]:
    """Rows of `ledger_movements` in order of date; by default each counts in full."""
    movements = [_movement(row, row["amount"] if counted is None else counted(row)) for row in rows]
    return sorted(movements, key=_place)


def _movement(row: Row, counted: Decimal) -> Movement:
    return Movement(
        type=row["movement_type"],
        id=row["movement_id"],
        effective_on=row["effective_on"],
        known_on=row.get("known_on"),
        amount=row["amount"],
        counted=counted,
        debtor_id=row.get("debtor_id"),
        invoice_id=row.get("invoice_id"),
        undone_id=row.get("undone_id"),
        source_file=row.get("source_file") or "",
        source_line=row.get("source_line"),
    )


def _place(movement: Movement) -> tuple[date, int, str, str]:
    known = _ORDER.index(movement.type) if movement.type in _ORDER else len(_ORDER)
    return (movement.effective_on, known, movement.type, movement.id)


def of_invoices(
    marts: RunMarts,
    owners: dict[str, str | None],
    allocations: Sequence[Allocation],
    later_than: date | None = None,
) -> list[Movement]:
    """The movements on some invoices; their counted amounts add up to the outstanding amount.

    A charge counts in full. A credit counts for the part allocated to these invoices and for the
    part that was later reversed; the reversal then counts with the opposite sign. So a bounced
    payment shows on the day it was received and on the day it bounced.

    Args:
        marts: The run.
        owners: The debtor of each invoice; a charge to another debtor does not count.
        allocations: The allocations to the invoices.
        later_than: Adjustments after this day do not count.
    """
    naming = marts.among("ledger_movements", invoice_id=list(owners))
    direct = {(row["movement_type"], row["movement_id"]) for row in naming}
    others = {each.source_id for each in allocations if each.source not in direct}
    sources = {each.source for each in allocations}
    elsewhere = [
        row
        for row in marts.among("ledger_movements", movement_id=others)
        if (row["movement_type"], row["movement_id"]) in sources - direct
    ]
    counts = _Counts(owners, naming, allocations, later_than)
    return read([*naming, *elsewhere], counts.of)


class _Counts:
    """The part of each movement that counts for some invoices."""

    def __init__(
        self,
        owners: dict[str, str | None],
        naming: Sequence[Row],
        allocations: Sequence[Allocation],
        later_than: date | None,
    ) -> None:
        self._owners = owners
        self._later_than = later_than or date.max
        self._settled: dict[tuple[str, str], Decimal] = {}
        for each in allocations:
            self._settled[each.source] = self._settled.get(each.source, _NIL) + each.amount
        self._undone: dict[tuple[str, str], Decimal] = {}
        for row in naming:
            if (undone := _undone(row)) is not None:
                self._undone[undone] = self._undone.get(undone, _NIL) + row["amount"]

    def of(self, row: Row) -> Decimal:
        """The part in pounds, signed as in the ledger."""
        kind, amount = row["movement_type"], Decimal(row["amount"])
        if kind == "invoice" or (kind == "adjustment" and amount > 0):
            ours = self._owners.get(row["invoice_id"]) in (None, row["debtor_id"])
            in_time = kind == "invoice" or row["effective_on"] <= self._later_than
            return amount if ours and in_time else _NIL
        if kind in ("receipt_reversal", "write_back"):
            return amount if _undone(row) is not None else _NIL
        if kind == "refund":
            return _NIL
        key = (kind, row["movement_id"])
        return -(self._settled.get(key, _NIL) + self._undone.get(key, _NIL))


def _undone(row: Row) -> tuple[str, str] | None:
    """The credit that a reversal or write-back undoes; None for other movements."""
    undone = row.get("undone_id")
    kind = {"receipt_reversal": "receipt", "write_back": "write_off"}.get(row["movement_type"])
    return (kind, undone) if kind and undone else None


def balance_of(movements: Iterable[Movement]) -> Decimal:
    """The balance of the movements in pounds."""
    return total(each.counted for each in movements)


_COLUMNS = (
    Column("effective_on", "Date"),
    Column("movement_type", "Movement"),
    Column("movement_id", "Id"),
    Column("invoice_id", "Invoice"),
    Column("amount", "Amount", is_figure=True),
    Column("counted_amount", "Counts here", is_figure=True),
    Column("running_balance", "Balance", is_figure=True),
    Column("known_on", "Known on"),
    Column("source_file", "Source file"),
    Column("source_line", "Line"),
)


def table_of(movements: Sequence[Movement]) -> Table:
    """The movements with the balance after each."""
    balance = _NIL
    rows = []
    for each in movements:
        balance += each.counted
        rows.append(
            (
                each.effective_on,
                each.type,
                each.id,
                each.invoice_id,
                each.amount,
                each.counted,
                balance,
                each.known_on,
                each.source_file,
                each.source_line,
            )
        )
    table = Table(_COLUMNS, tuple(rows))
    whole = all(each.counted == each.amount for each in movements)
    return table.without("counted_amount") if whole else table
