"""What a worked example is: the files a council would send in, and the rows that must come out.

A case is plain data, so that any way of computing the marts can be asked the same question: the
second opinion in plain Python one case at a time, the models many cases at once in one ledger.

How to put many cases into one ledger:

* ``packs(CASES)`` groups cases that may share a ledger (same ``as_of`` and ``known_at``, not
  ``alone``) and yields the merged files, in which every id of a case, and every receipt's
  reference, starts with the prefix of its case. A prefix is the same text on all ids of a case, so
  leading zeros, order by id and equality of ids within the case stay as they were.
* ``own_marts(case, marts)`` picks the rows of one case out of the marts and takes the prefix off.
* ``shortcomings(case, marts)`` compares; an empty list means that the case holds.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

Files = Mapping[str, Sequence[Mapping[str, str]]]
Marts = Mapping[str, Sequence[Mapping[str, object]]]

SOMETHING = "(something)"
"""In an expected row, a cell that must not be blank, whatever it says."""


@dataclass(frozen=True)
class Expected:
    """Rows that a mart must have, no more and no fewer, looking only at the columns named.

    Attributes:
        mart: name of the mart.
        rows: expected rows, all with the same columns; cells as text (see ``as_text``). No rows:
            the mart must have none that ``where`` lets through.
        where: which rows of the mart to look at, column by column; all of them by default.
    """

    mart: str
    rows: tuple[Mapping[str, str], ...]
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One worked example.

    Attributes:
        id: number of the example, two digits, with a letter where one example looks twice (A05,
            R01a).
        title: what the example shows.
        as_of: the day looked at.
        known_at: what was known by then.
        files: canonical CSV content: file name to rows, each a column-to-text mapping.
        expect: what must come out.
        alone: the case cannot share a ledger, because a mart it looks at has no ids.
    """

    id: str
    title: str
    as_of: date
    known_at: date
    files: Files
    expect: tuple[Expected, ...]
    alone: bool = False

    @property
    def prefix(self) -> str:
        """What the ids of this case start with in a shared ledger."""
        return f"{self.id}."

    @property
    def test_id(self) -> str:
        """The case's number and title as one word, for the name of a test."""
        return f"{self.id}_{self.title.replace(' ', '_')}"


@dataclass(frozen=True)
class Pack:
    """Cases that share a ledger, and the files that bring it about."""

    as_of: date
    known_at: date
    cases: tuple[Case, ...]
    files: dict[str, list[dict[str, str]]]


def is_id_column(column: str) -> bool:
    """Whether the cells of a column are ids, of this row or of another."""
    return column.endswith("_id") or column == "service_code"


def is_list_of_ids(column: str) -> bool:
    """Whether the cells of a column are ids between commas."""
    return column == "invoice_ids"


def prefixed(prefix: str, file_name: str, row: Mapping[str, str]) -> dict[str, str]:
    """The row with the prefix before each of its ids and before a receipt's reference."""
    is_receipt = file_name.startswith("receipts")
    return {
        column: prefix + cell
        if cell and (is_id_column(column) or (is_receipt and column == "reference"))
        else cell
        for column, cell in row.items()
    }


def merged_files(parts: Iterable[tuple[str, Files]]) -> dict[str, list[dict[str, str]]]:
    """Files of the same name put together, each part's ids behind its prefix, row order kept."""
    merged: dict[str, list[dict[str, str]]] = defaultdict(list)
    for prefix, files in parts:
        for name, rows in files.items():
            if rows:
                merged[name].extend(prefixed(prefix, name, row) for row in rows)
    return dict(merged)


def packs(cases: Iterable[Case]) -> Iterator[Pack]:
    """The fewest ledgers in which every case can be judged."""
    groups: dict[tuple[date, date, str], list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.as_of, case.known_at, case.id if case.alone else ""].append(case)
    for (as_of, known_at, _), group in sorted(groups.items(), key=lambda entry: entry[0]):
        files = merged_files((case.prefix, case.files) for case in group)
        yield Pack(as_of, known_at, tuple(group), files)


def rows_of(prefix: str, rows: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """The rows of a mart in which any id carries the prefix, with the prefix taken off."""
    return [
        without(prefix, row)
        for row in rows
        if any(
            is_id_column(column) and isinstance(cell, str) and cell.startswith(prefix)
            for column, cell in row.items()
        )
    ]


def without(prefix: str, row: Mapping[str, object]) -> dict[str, object]:
    """The row with the prefix taken off its ids."""
    return {column: with_ids(cell, column, prefix, "") for column, cell in row.items()}


def with_ids(cell: object, column: str, prefix: str, other: str) -> object:
    """A cell of a column, where it holds ids with one prefix changed for another."""
    if not isinstance(cell, str) or not cell:
        return cell
    if is_list_of_ids(column):
        # An id with a comma in it: only its first part carries the prefix.
        return ",".join(
            other + each.removeprefix(prefix) if each.startswith(prefix) else each
            for each in cell.split(",")
        )
    if is_id_column(column) and cell.startswith(prefix):
        return other + cell.removeprefix(prefix)
    return cell


def own_marts(case: Case, marts: Marts) -> Marts:
    """The marts of a shared ledger as one case alone would have them."""
    if not case.alone:
        return {name: rows_of(case.prefix, rows) for name, rows in marts.items()}
    return {name: [without(case.prefix, row) for row in rows] for name, rows in marts.items()}


def as_text(cell: object) -> str:
    """A cell as expected rows write it: blank, true/false, ISO day, money with two decimals."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return str(cell)


def shortcomings(case: Case, marts: Marts) -> list[str]:
    """Rows that are missing from the marts of this case or are too many; one line for each row."""
    return [line for expected in case.expect for line in _difference(case, expected, marts)]


def _difference(case: Case, expected: Expected, marts: Marts) -> Iterator[str]:
    seen = [{column: as_text(cell) for column, cell in row.items()} for row in marts[expected.mart]]
    chosen = [
        row for row in seen if all(row[column] == cell for column, cell in expected.where.items())
    ]
    wanted = Counter(tuple(row.items()) for row in expected.rows)
    if not expected.rows:
        yield from (f"{case.id}: {expected.mart} should be empty, has {row}" for row in chosen)
        return
    found = Counter(_seen_through(row, expected.rows[0]) for row in chosen)
    yield from (
        f"{case.id}: {expected.mart} does not have {dict(row)}"
        for row in (wanted - found).elements()
    )
    yield from (
        f"{case.id}: {expected.mart} has too much: {dict(row)}"
        for row in (found - wanted).elements()
    )


def _seen_through(
    row: Mapping[str, str], pattern: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (column, SOMETHING if wanted == SOMETHING and row[column] else row[column])
        for column, wanted in pattern.items()
    )
