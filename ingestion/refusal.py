"""Why a file or a row is not taken: the package's errors and the faults found in cells."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class IngestionError(Exception):
    """Something that stops the intake; its message is one line that names the file and the fix."""


class FileRefusedError(IngestionError):
    """A whole file cannot be taken.

    Args:
        code: Check code of the policy (I04, I08 ...).
        message: One line that says what is wrong and how to fix it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class CheckCode(StrEnum):
    """The check codes under which the intake refuses."""

    SHAPE = "I04"
    ADDS_UP = "I07"
    NUMBER = "I08"
    SIGN = "I09"
    DAY = "I10"
    CODE_LIST = "I19"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one cell or with a row as a whole.

    Attributes:
        column: Column at fault; empty when the row as a whole is.
        code: Check code under which the row is refused.
        message: What is wrong, in words, naming the column.
    """

    column: str
    code: CheckCode
    message: str


@dataclass(frozen=True, slots=True)
class RefusedIds:
    """The ids of a refused row that is missing from one feed, as far as they can be read.

    Attributes:
        feed: The feed.
        key: The key cells joined with a bar; None when one is blank or unreadable.
        debtor_id: The debtor it names.
        receipt_id: The receipt that it is or reverses.
        invoice_id: The invoice it names.
    """

    feed: str
    key: str | None = None
    debtor_id: str | None = None
    receipt_id: str | None = None
    invoice_id: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row that goes to quarantine: its first fault, all messages, and what can be read of it.

    Attributes:
        feed: Feed whose contract refused it.
        line: Physical line on which the record starts; the header is line 1.
        column: Column of the first fault in column order; empty for the row as a whole.
        code: Check code of that fault.
        message: Every fault of the row, joined.
        raw: The record exactly as it is in the file, without its line end.
        key: The row's key cells joined with a bar; None when a key cell is blank or unreadable.
        debtor_id: The debtor it names, where that can be read.
        amount: The row's amount in pounds, where that can be read.
        ids: What is missing from each feed: one entry for a canonical row, and one for each row
            that a row of a mapped file would have yielded.
    """

    feed: str
    line: int
    column: str
    code: str
    message: str
    raw: str
    key: str | None = None
    debtor_id: str | None = None
    amount: Decimal | None = None
    ids: tuple[RefusedIds, ...] = ()
