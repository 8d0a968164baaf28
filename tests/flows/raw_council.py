"""A council's inbound rows, read plainly from its CSV files: what counted on a day, as known then.

It uses no model and no code of the product. A file's day is the one in its name. The current
version of a row is the last one known, and it counts from its own day until it is withdrawn. Cells
stay text, so that ISO days compare as they are written.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.dbt_workbench import PROJECT
from tests.laws.canonical_files import day_in, feed_of, typed
from tests.laws.second_opinion import Row
from tests.laws.second_opinion.rows import FEEDS

Cells = Mapping[str, str]

NOT_DONE = ("failed", "returned", "withdrawn")
SHARED = ("services", "receipt_reversals", "allocations", "write_backs")
"""Feeds whose rows name no debtor; what they name is looked up by whoever reads them."""


@dataclass(frozen=True)
class Version:
    """One row as a file brought it."""

    feed: str
    cells: Cells
    source_file: str
    source_line: int
    file_day: date

    @property
    def precedence(self) -> tuple[date, str, int]:
        """The version of a row with the greatest precedence is current."""
        return self.file_day, self.source_file, self.source_line


@dataclass(frozen=True)
class StageRule:
    """A row of the shipped timetable.

    Attributes:
        after_previous: days after the stage done before; 0 where none is required.
        minimum: pounds that must be open.
    """

    policy_row: str
    code: str
    not_before: int
    after_previous: int
    minimum: Decimal


def shipped_timetables() -> dict[str, tuple[StageRule, ...]]:
    """The stages in use by debt type, in their order, as the seed file says them."""
    found: dict[str, list[tuple[int, StageRule]]] = defaultdict(list)
    with (PROJECT / "seeds" / "policy" / "recovery_timetable.csv").open(encoding="utf-8") as seed:
        for row in csv.DictReader(seed):
            if row["usage"] == "used":
                rule = StageRule(
                    row["policy_row"],
                    row["stage"],
                    int(row["not_before_days"]),
                    int(row["after_previous_days"] or 0),
                    Decimal(row["minimum_balance"]),
                )
                found[row["debt_type"]].append((int(row["sort"]), rule))
    return {
        debt_type: tuple(rule for _, rule in sorted(rules, key=lambda each: each[0]))
        for debt_type, rules in found.items()
    }


@dataclass
class RawCouncil:
    """Every row of every file, by feed and key, with its versions in order of precedence."""

    versions: dict[str, dict[tuple[str, ...], list[Version]]] = field(
        default_factory=lambda: {feed: defaultdict(list) for feed in FEEDS}
    )
    refused: list[Version] = field(default_factory=list)

    def read(self, inbox: Path, refused_lines: Iterable[tuple[str, int]] = ()) -> None:
        """Reads the files of an inbox, beside those read before.

        Args:
            inbox: the folder.
            refused_lines: file and line of the rows that the intake refused; they are kept apart.
        """
        not_taken = set(refused_lines)
        for path in sorted(inbox.glob("*.csv")):
            for version in _versions(path):
                if (version.source_file, version.source_line) in not_taken:
                    self.refused.append(version)
                else:
                    key = tuple(version.cells[column] for column in FEEDS[version.feed].key)
                    self.versions[version.feed][key].append(version)
        for by_key in self.versions.values():
            for versions in by_key.values():
                versions.sort(key=lambda each: each.precedence)

    def counted_on(self, day: date) -> dict[str, list[Cells]]:
        """The rows of each feed that count on a day, as known that day."""
        return {
            feed: [
                cells
                for versions in by_key.values()
                if (cells := _current_on(feed, versions, day)) is not None
            ]
            for feed, by_key in self.versions.items()
        }

    def refused_by(self, day: date) -> list[Version]:
        """The refused rows known on a day."""
        return [version for version in self.refused if version.file_day <= day]

    def rows_of(self, debtors: set[str], day: date) -> Iterator[Row]:
        """Every version known on a day of what may touch these debtors, for the second ledger."""
        invoices = {
            version.cells["invoice_id"]
            for versions in self.versions["invoices"].values()
            for version in versions
            if version.cells["debtor_id"] in debtors
        }
        actions = {
            version.cells["action_id"]
            for versions in self.versions["case_actions"].values()
            for version in versions
            if version.cells["debtor_id"] in debtors
        }
        for feed, by_key in self.versions.items():
            for versions in by_key.values():
                if any(_touches(version, debtors, invoices, actions) for version in versions):
                    for version in versions:
                        if version.file_day <= day:
                            yield _typed_row(feed, version)


def _versions(path: Path) -> Iterator[Version]:
    day = day_in(path.name)
    if day is None:
        raise ValueError(f"{path.name} has no day in its name")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        line = reader.line_num + 1
        for cells in reader:
            row = dict(zip(header, cells, strict=False))
            yield Version(feed_of(path.name), row, path.name, line, day)
            line = reader.line_num + 1


def _current_on(feed: str, versions: list[Version], day: date) -> Cells | None:
    """The current version, if it counts on the day; later days have not come yet."""
    known = [version for version in versions if version.file_day <= day]
    if not known:
        return None
    cells = known[-1].cells
    today = day.isoformat()
    effective = FEEDS[feed].effective
    if effective is not None and cells[effective] > today:
        return None
    if cells.get("withdrawn_on") and cells["withdrawn_on"] <= today:
        return None
    return cells


def _touches(version: Version, debtors: set[str], invoices: set[str], actions: set[str]) -> bool:
    cells = version.cells
    return (
        version.feed in SHARED
        or cells.get("debtor_id") in debtors
        or cells.get("invoice_id") in invoices
        or (version.feed == "case_action_invoices" and cells["action_id"] in actions)
        or (version.feed in ("receipts", "refunds") and not cells["debtor_id"])
    )


def _typed_row(feed: str, version: Version) -> Row:
    cells = {column: typed(column, text) for column, text in version.cells.items() if text}
    day = version.file_day
    return Row(feed, cells, version.source_file, version.source_line, day, day)
