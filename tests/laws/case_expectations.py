"""Short ways to write what a worked example expects; each cell in the order of the line."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from tests.laws.case_definition import Case, Expected, Files
from tests.laws.case_rows import SERVICES, debtor


def case(
    number: str,
    title: str,
    files: Files,
    *expect: Expected,
    as_of: str = "2026-06-30",
    known_at: str = "",
    alone: bool = False,
) -> Case:
    """A case with the debtor ``D`` and the four services, unless its files bring their own."""
    standing: Files = {"debtors.csv": [debtor()], "services.csv": SERVICES}
    return Case(
        number,
        title,
        date.fromisoformat(as_of),
        date.fromisoformat(known_at or as_of),
        {**standing, **files},
        expect,
        alone,
    )


def rows(mart: str, columns: str, *lines: str, where: Mapping[str, str] | None = None) -> Expected:
    """Expected rows written as lines of cells between blanks; ``-`` is an empty cell."""
    names = columns.split()
    return Expected(mart, tuple(_row(names, line) for line in lines), where or {})


def _row(names: Sequence[str], line: str) -> dict[str, str]:
    cells = ["" if cell == "-" else cell for cell in line.split()]
    return dict(zip(names, cells, strict=True))


def still_open(*lines: str) -> Expected:
    """All open items: kind, id, amount."""
    return rows("open_items", "item_kind item_id outstanding_amount", *lines)


def ages(*lines: str) -> Expected:
    """All open items: id, amount, band, days past due."""
    return rows("open_items", "item_id outstanding_amount age_band days_past_due", *lines)


def allocated(*lines: str) -> Expected:
    """All allocations: credit, invoice, amount, rule."""
    return rows("allocations", "source_id invoice_id allocated_amount allocation_rule", *lines)


def compliance(columns: str, *lines: str) -> Expected:
    """All arrangements, seen through the columns named."""
    return rows("arrangement_compliance", f"arrangement_id {columns}", *lines)


def stages(columns: str, *lines: str) -> Expected:
    """All invoices with a debit open, seen through the columns named."""
    return rows("recovery_stages", f"invoice_id {columns}", *lines)


def to_do(*lines: str) -> Expected:
    """The whole worklist: debtor, action, channel, invoices, amount."""
    columns = "debtor_id action_code channel invoice_ids amount"
    return rows("recovery_worklist", columns, *lines)


def nothing(mart: str) -> Expected:
    """No row at all."""
    return Expected(mart, ())


def together(parts: Iterable[Sequence[dict[str, str]]]) -> list[dict[str, str]]:
    """Several lists of rows as one."""
    return [row for part in parts for row in part]
