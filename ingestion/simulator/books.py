"""The books of the council: feeds, nominal ledger and number series."""

from collections import Counter
from datetime import date
from decimal import Decimal

from ingestion.simulator.accounts import Record
from ingestion.simulator.diary import Clock
from ingestion.simulator.layouts import EFFECTIVE
from ingestion.simulator.nominal import NominalLedger
from ingestion.simulator.writer import Cell, FeedWriter


class Books:
    """Writes rows; every row becomes known on the clock's day, whatever its own date."""

    def __init__(self, clock: Clock, writer: FeedWriter, nominal: NominalLedger) -> None:
        self.clock = clock
        self.writer = writer
        self.nominal = nominal
        self.rows: Counter[str] = Counter()
        self._numbers: Counter[str] = Counter()

    @property
    def today(self) -> date:
        """The current day."""
        return self.clock.today

    def number(self, prefix: str, width: int = 6) -> str:
        """Returns the next number of a series, with leading zeros."""
        self._numbers[prefix] += 1
        return f"{prefix}{self._numbers[prefix]:0{width}d}"

    def note(self, feed: str, /, **row: Cell) -> Record:
        """Writes a row; a movement that is posted after its day has its posting date."""
        effective = row.get(EFFECTIVE.get(feed, ""))
        if isinstance(effective, date) and effective < self.today:
            row["posted_on"] = self.today
        return self._write(Record(feed, row))

    def amend(self, record: Record, /, **changes: Cell) -> None:
        """Writes the row again with changes, as a new version."""
        record.row |= changes
        self._write(record)

    def repeat(self, record: Record, /) -> None:
        """Writes the row again without changes."""
        self._write(record)

    def post(self, account: str, effective: date, amount: Decimal) -> None:
        """Posts an amount to a nominal account; a debit is positive."""
        self.nominal.post(account, effective, amount, self.today)

    def _write(self, record: Record) -> Record:
        self.rows[record.feed] += 1
        self.writer.row(record.feed, self.today, record.row)
        return record
