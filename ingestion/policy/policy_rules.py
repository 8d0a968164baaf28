"""The faults of policy rows: a cell that is not allowed, a gap or an overlap between rows of a key.

Pure: rows in, faults out. Where several rows are for one key and day, the current one is chosen as
in the query of `ingestion.policy.precedence`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from ingestion.cells import BadCell, judge_day, judge_figure, judge_flag, judge_money
from ingestion.policy.policy_contract import PolicyTable, PolicyType, load_policy_contracts

FOR_EVER = "9999-12-31"


class FaultKind(StrEnum):
    """The kinds of fault that are looked for."""

    REFUSED = "refused"
    RANGE = "range_ends_before_it_begins"
    GAP = "gap"
    OVERLAP = "overlap"
    NO_DAY = "not_a_day"
    NO_FIGURE = "not_a_figure"
    MISSING = "figure_missing"
    UNKNOWN = "unknown_code"
    ORDER = "order_repeated"
    NO_END = "no_stage_for_small_balances"
    LEFT_OUT = "only_left_out"
    PROMISED = "less_than_promised"


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One row of a policy table, cells as written.

    Attributes:
        table: The policy table.
        cells: Text by column, blank for nothing.
        file: Bare name of the council's file; None for a shipped row.
        line: Physical line of it.
        file_day: Day of the file.
    """

    table: str
    cells: Mapping[str, str]
    file: str | None = None
    line: int = 0
    file_day: date = date.min

    @property
    def name(self) -> str:
        """What the row is called: its `policy_row`."""
        return self.cells.get("policy_row", "")

    @property
    def contract(self) -> PolicyTable:
        """The contract of its table."""
        return load_policy_contracts()[self.table]

    @property
    def key(self) -> tuple[str, ...]:
        """Which figure the row gives."""
        return tuple(self.cells.get(column, "") for column in self.contract.key)

    @property
    def begins(self) -> str:
        """The first day on which it counts."""
        return self.cells["effective_from"]

    @property
    def stated_end(self) -> str:
        """The day on which it no longer counts, if it names one."""
        return self.cells.get("effective_to", "")

    @property
    def called(self) -> str:
        """Its name, with file and line if it is the council's own."""
        return self.name if self.file is None else f"{self.name} ({self.file} line {self.line})"

    @property
    def precedence(self) -> tuple[bool, date, str, int]:
        """Of rows for one key and day, the one with the greatest value is current."""
        return self.file is not None, self.file_day, self.file or "", self.line


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and what to do about it.

    Attributes:
        kind: What kind of fault.
        policy_row: Name of the row, as far as it can be read.
        table: The policy table.
        file: Bare name of the council's file; None for a shipped row.
        line: Physical line of the row; None where the whole file, or a shipped row, is at fault.
        says: What is wrong.
        fix: What to do about it.
    """

    kind: FaultKind
    policy_row: str
    table: str
    file: str | None
    line: int | None
    says: str
    fix: str


def fault(kind: FaultKind, row: PolicyRow, says: str, fix: str) -> Fault:
    """A fault of one row."""
    line = None if row.file is None else row.line
    return Fault(kind, row.name, row.table, row.file, line, says, fix)


@dataclass(frozen=True, slots=True)
class InForce:
    """A row that decides on some days: from its beginning until the day before its end."""

    row: PolicyRow
    ends: str

    def on(self, day: str) -> bool:
        """Whether it decides on a day."""
        return self.row.begins <= day < self.ends


def current_rows(rows: Iterable[PolicyRow]) -> list[list[PolicyRow]]:
    """For each key of each table the current rows, one for each day from which a row counts."""
    current: dict[tuple[str, tuple[str, ...]], dict[str, PolicyRow]] = defaultdict(dict)
    # By name backwards, so that of two shipped rows the first by name is current, as in the models.
    by_name = sorted(rows, key=lambda row: row.name, reverse=True)
    for row in sorted(by_name, key=lambda row: row.precedence):
        current[row.table, row.key][row.begins] = row
    return [[days[day] for day in sorted(days)] for _, days in sorted(current.items())]


def in_force(current: Iterable[Sequence[PolicyRow]]) -> dict[str, list[InForce]]:
    """By table, each current row with the day on which it ends or a later row replaces it."""
    found: dict[str, list[InForce]] = defaultdict(list)
    for rows in current:
        following = [*(row.begins for row in rows[1:]), FOR_EVER]
        for row, next_begins in zip(rows, following, strict=True):
            found[row.table].append(InForce(row, min(row.stated_end or FOR_EVER, next_begins)))
    return found


def days_of_change(rows: Iterable[InForce]) -> list[str]:
    """Every day on which another set of rows comes to decide."""
    return sorted({day for each in rows for day in (each.row.begins, each.ends)} - {FOR_EVER})


# Single cells.

_ALL = Decimal(100)


def _is_whole(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", text) is not None


def _is_pounds(text: str) -> bool:
    amount = judge_money(text)
    return isinstance(amount, Decimal) and amount >= 0


def _is_per_cent(text: str) -> bool:
    rate = judge_figure(text)
    return isinstance(rate, Decimal) and 0 <= rate <= _ALL


def _is_day(text: str) -> bool:
    return not isinstance(judge_day(text), BadCell)


def _is_flag(text: str) -> bool:
    return not isinstance(judge_flag(text), BadCell)


_NUMBER = "write digits, and at most two decimals after a point"
_JUDGES: Mapping[PolicyType, tuple[str, Callable[[str], bool], FaultKind, str]] = {
    PolicyType.WHOLE: (
        "whole number",
        _is_whole,
        FaultKind.NO_FIGURE,
        "write a whole number in digits",
    ),
    PolicyType.POUNDS: ("amount in pounds", _is_pounds, FaultKind.NO_FIGURE, _NUMBER),
    PolicyType.PER_CENT: (
        "rate in per cent",
        _is_per_cent,
        FaultKind.NO_FIGURE,
        "write a figure from 0 to 100, without a sign",
    ),
    PolicyType.DAY: ("day", _is_day, FaultKind.NO_DAY, "write a day that exists as YYYY-MM-DD"),
    PolicyType.FLAG: ("true or false", _is_flag, FaultKind.NO_FIGURE, "write true or false"),
}
"""For each type what it is called, its judge, the kind of fault, and what to write instead."""


def faults_of_cells(row: PolicyRow, codes: Mapping[tuple[str, str], set[str]]) -> Iterator[Fault]:
    """Cells that are not what their column or their key requires.

    Args:
        row: The row.
        codes: The codes that a column may hold, by table and column.
    """
    for column in row.contract.columns:
        text = row.cells.get(column.name, "")
        kind = row.contract.type_of(column, row.cells.get("key", ""))
        if column.type is PolicyType.CODE:
            yield from _fault_of_code(row, column.name, codes[row.table, column.name])
        elif not text and column.blank == "reported":
            says = f"{column.name} is missing, which blocks what needs it"
            zero = ", 0 for nothing" if kind is PolicyType.PER_CENT else ""
            yield fault(FaultKind.MISSING, row, says, f"fill it in{zero}")
        elif text and kind is not None and kind in _JUDGES:
            called, fits, fault_kind, fix = _JUDGES[kind]
            if not fits(text):
                yield fault(fault_kind, row, f"{column.name} {text!r} is not a {called}", fix)


def _fault_of_code(row: PolicyRow, column: str, known: set[str]) -> Iterator[Fault]:
    text = row.cells.get(column, "")
    if text not in known:
        listed = ", ".join(sorted(known - {""}))
        says = f"{column} {text!r} is not known"
        yield fault(FaultKind.UNKNOWN, row, says, f"use one of {listed}")


def faults_of_lists(row: PolicyRow, lists: Mapping[tuple[str, str], set[str]]) -> Iterator[Fault]:
    """Codes in a list that no feed knows.

    Args:
        row: The row.
        lists: The codes that the value of a key may list, by table and key.
    """
    known = lists.get((row.table, row.cells.get("key", "")))
    if known is None:
        return
    for code in row.cells.get("value", "").split():
        if code not in known:
            listed = ", ".join(sorted(known))
            yield fault(
                FaultKind.UNKNOWN, row, f"value lists {code!r}, not known", f"use some of {listed}"
            )


def faults_of_retention(row: PolicyRow) -> Iterator[Fault]:
    """A retention that would thin month ends or 31 March; both stay whole."""
    if row.table == "publication_retention" and row.cells.get("value") == "false":
        yield fault(
            FaultKind.PROMISED,
            row,
            "runs of a month end, including 31 March, always stay whole, so no run is thinned",
            "write true; runs_whole says how many other runs stay",
        )


# Ranges of days.


def faults_of_ranges(
    rows: Iterable[PolicyRow], current: Iterable[Sequence[PolicyRow]]
) -> Iterator[Fault]:
    """Ranges that end before they begin, and gaps and overlaps between the rows of one key.

    Args:
        rows: Every row, its days judged before.
        current: The current rows, from `current_rows`.
    """
    yield from _rows_written_twice(rows)
    for of_one_key in current:
        for row in of_one_key:
            if row.stated_end and row.stated_end <= row.begins:
                yield fault(
                    FaultKind.RANGE,
                    row,
                    f"it ends on {row.stated_end}, which is not after {row.begins} when it begins",
                    "put a later effective_to, or leave it blank",
                )
        for row, later in pairwise(of_one_key):
            yield from _between(row, later)
        last = of_one_key[-1]
        if last.contract.always_in_force and last.begins < last.stated_end:
            yield fault(
                FaultKind.GAP,
                last,
                f"from {last.stated_end} on no row of {'/'.join(last.key)} is in force",
                f"leave effective_to blank, or add a row from {last.stated_end}",
            )


def _between(row: PolicyRow, later: PolicyRow) -> Iterator[Fault]:
    if not row.stated_end or row.stated_end <= row.begins:
        return
    if row.stated_end < later.begins:
        yield fault(
            FaultKind.GAP,
            row,
            f"from {row.stated_end} until {later.called} begins on {later.begins} no row of "
            f"{'/'.join(row.key)} is in force",
            f"let it end on {later.begins}, or leave its effective_to blank",
        )
    if row.stated_end > later.begins:
        yield fault(
            FaultKind.OVERLAP,
            row,
            f"it lasts until {row.stated_end}, but {later.called} begins on {later.begins}",
            f"let it end on {later.begins}, or leave its effective_to blank",
        )


def _rows_written_twice(rows: Iterable[PolicyRow]) -> Iterator[Fault]:
    """Two rows of one file for one key and day; a row of another file is a correction."""
    seen: dict[tuple[str | None, str, tuple[str, ...], str], PolicyRow] = {}
    for row in rows:
        place = (row.file, row.table, row.key, row.begins)
        if place in seen:
            yield fault(
                FaultKind.OVERLAP,
                row,
                f"it begins on {row.begins}, as {seen[place].called} of the same key does",
                "keep one of the two",
            )
        seen[place] = row
