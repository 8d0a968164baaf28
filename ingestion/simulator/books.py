"""The books into which every part of the council writes: feeds, nominal ledger, numbers."""

from collections import Counter
from datetime import date
from decimal import Decimal

from ingestion.simulator.accounts import Record
from ingestion.simulator.diary import Clock
from ingestion.simulator.layouts import EFFECTIVE
from ingestion.simulator.nominal import NominalLedger
from ingestion.simulator.writer import Cell, FeedWriter


class Books:
    """One way to write a row; every row is known on the clock's day, whatever day it speaks of."""

    def __init__(self, clock: Clock, writer: FeedWriter, nominal: NominalLedger) -> None:
        self.clock = clock
        self.writer = writer
        self.nominal = nominal
        self.rows: Counter[str] = Counter()
        self._numbers: Counter[str] = Counter()

    @property
    def today(self) -> date:
        """The day it is."""
        return self.clock.today

    def number(self, prefix: str, width: int = 6) -> str:
        """The next number of a series, with leading zeros."""
        self._numbers[prefix] += 1
        return f"{prefix}{self._numbers[prefix]:0{width}d}"

    def note(self, feed: str, /, **row: Cell) -> Record:
        """Writes a row; a movement posted after its day says so."""
        effective = row.get(EFFECTIVE.get(feed, ""))
        if isinstance(effective, date) and effective < self.today:
            row["posted_on"] = self.today
        return self._write(Record(feed, row))

    def amend(self, record: Record, /, **changes: Cell) -> None:
        """Writes the row again with changes: a new version of it."""
        record.row |= changes
        self._write(record)

    def repeat(self, record: Record, /) -> None:
        """Writes the row again as it was."""
        self._write(record)

    def post(self, account: str, effective: date, amount: Decimal) -> None:
        """Posts an amount to a nominal account; a debit is positive."""
        self.nominal.post(account, effective, amount, self.today)

    def _write(self, record: Record) -> Record:
        self.rows[record.feed] += 1
        self.writer.row(record.feed, self.today, record.row)
        return record
