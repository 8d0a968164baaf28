"""Which version of which row counts today."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Cell = str | date | Decimal | int | bool | None


@dataclass(frozen=True)
class Feed:
    """What identifies a row of a feed, and which of its days puts it in force."""

    key: tuple[str, ...]
    effective: str | None = None


FEEDS: Mapping[str, Feed] = {
    "debtors": Feed(("debtor_id",)),
    "services": Feed(("service_code",)),
    "invoices": Feed(("invoice_id",), "invoice_date"),
    "invoice_instalments": Feed(("invoice_id", "instalment_no")),
    "credit_notes": Feed(("credit_note_id",), "credit_date"),
    "receipts": Feed(("receipt_id",), "received_on"),
    "receipt_reversals": Feed(("reversal_id",), "reversed_on"),
    "refunds": Feed(("refund_id",), "refunded_on"),
    "allocations": Feed(("allocation_id",), "allocated_on"),
    "adjustments": Feed(("adjustment_id",), "adjusted_on"),
    "write_offs": Feed(("write_off_id",), "written_off_on"),
    "write_backs": Feed(("write_back_id",), "written_back_on"),
    "arrangements": Feed(("arrangement_id",), "agreed_on"),
    "arrangement_invoices": Feed(("arrangement_id", "invoice_id")),
    "holds": Feed(("hold_id",), "starts_on"),
    "disputes": Feed(("dispute_id",), "raised_on"),
    "case_actions": Feed(("action_id",), "acted_on"),
    "case_action_invoices": Feed(("action_id", "invoice_id")),
    "agency_placements": Feed(("placement_id",), "placed_on"),
    "legal_cases": Feed(("case_id",), "referred_on"),
}


@dataclass(frozen=True)
class Row:
    """One accepted row of a feed as it came in.

    Attributes:
        feed: name of the feed.
        cells: every column of the feed that is not blank, typed.
        source_file: bare name of the file.
        source_line: physical line on which the record starts, the header being line 1.
        file_day: the file's day.
        known_on: the day from which the row is seen.
    """

    feed: str
    cells: Mapping[str, Cell]
    source_file: str
    source_line: int
    file_day: date
    known_on: date

    @property
    def standing(self) -> tuple[date, str, int, date]:
        """Of the versions of a row, the one with the highest precedence is current.

        Two files of one name differ in the day on which they are known.
        """
        return self.file_day, self.source_file, self.source_line, self.known_on

    @property
    def key(self) -> tuple[Cell, ...]:
        """What identifies the row within its feed."""
        return tuple(self.cells[column] for column in FEEDS[self.feed].key)


def todays_rows(rows: Iterable[Row], as_of: date, known_at: date) -> dict[str, list[Row]]:
    """For each feed the rows that count: known at ``known_at``, in force on ``as_of``.

    Each row has the lineage of the first row that brought its present content.
    """
    versions: dict[tuple[str, tuple[Cell, ...]], list[Row]] = defaultdict(list)
    for row in rows:
        if row.known_on <= known_at:
            versions[row.feed, row.key].append(row)
    todays: dict[str, list[Row]] = {feed: [] for feed in FEEDS}
    for (feed, _), seen in sorted(versions.items(), key=lambda entry: repr(entry[0])):
        present = first_of_the_present_content(seen)
        if _is_in_force(present, as_of):
            todays[feed].append(present)
    return todays


def first_of_the_present_content(versions: list[Row]) -> Row:
    """The first row of the last unbroken run of equal content."""
    in_order = sorted(versions, key=lambda row: row.standing)
    first = in_order[0]
    for row in in_order[1:]:
        if row.cells != first.cells:
            first = row
    return first


def _is_in_force(row: Row, as_of: date) -> bool:
    """Dated by ``as_of`` and not withdrawn by then. A feed without a day is in force when known."""
    effective = FEEDS[row.feed].effective
    if effective is not None and _day(row, effective) > as_of:
        return False
    return "withdrawn_on" not in row.cells or _day(row, "withdrawn_on") > as_of


def _day(row: Row, column: str) -> date:
    day = row.cells[column]
    if not isinstance(day, date):
        raise TypeError(f"{row.source_file}:{row.source_line}: {column} is no day: {day!r}")
    return day
