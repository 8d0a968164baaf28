"""Movement proof by debt type, for a financial year or the year to date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.site import wording
from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence

_MOVEMENTS = (
    "invoices",
    "credit_notes",
    "receipts",
    "reversals",
    "refunds",
    "adjustments",
    "write_offs",
    "write_backs",
)

_OF_YEAR = f"""
    select
        debt_type,
        min(period_start) as first_day,
        arg_min(opening_balance, period_start) as opening_balance,
        {", ".join(f"sum({name}) as {name}" for name in _MOVEMENTS)},
        arg_max(closing_balance, period_start) as closing_balance,
        sum(difference) as difference
    from movement_proof
    where period_start between cast(? as date) and cast(? as date)
    group by debt_type
    order by debt_type nulls last
"""


@dataclass(frozen=True)
class Line:
    """One line of the proof in pounds, signed as in the ledger; the last amount is the total."""

    label: str
    amounts: tuple[Decimal, ...]
    is_balance: bool


@dataclass(frozen=True)
class MovementProof:
    """The proof of a year, or of the year to date."""

    first_day: date
    last_day: date
    debt_types: tuple[str, ...]
    lines: tuple[Line, ...]
    unexplained: Decimal
    proved: bool
    missing: str

    @property
    def closing_amount(self) -> Decimal | None:
        """The closing balance of all debt types in pounds; None if there is no proof."""
        return self.lines[-2].amounts[-1] if self.lines else None


def section(marts: PublishedMarts, run: Run) -> Section:
    """Read the movement proof from 1 April to the day of the run."""
    proof = proof_between(marts, run, financial_year_start(run.as_of), run.as_of)
    return Section("movement-proof", "Movement proof, year to date", proof)


def financial_year_start(as_of: date) -> date:
    """The 1 April on or before a date: the start of the council's financial year."""
    year = as_of.year if as_of >= date(as_of.year, 4, 1) else as_of.year - 1
    return date(year, 4, 1)


def proof_between(
    marts: PublishedMarts, run: Run, first_day: date, last_day: date
) -> MovementProof:
    """Read the proof from the first day of a month to the last day of a month, or to `as_of`."""
    if "movement_proof" not in marts:
        return MovementProof(
            first_day,
            last_day,
            (),
            (),
            Decimal(0),
            proved=False,
            missing=absence("movement_proof", run),
        )
    rows = marts.rows(_OF_YEAR, [first_day, last_day])
    lines = (
        _line("Opening balance", "opening_balance", rows, is_balance=True),
        *(_line(wording.name(name), name, rows) for name in _MOVEMENTS),
        _line("Closing balance", "closing_balance", rows, is_balance=True),
        _line("Difference", "difference", rows, is_balance=True),
    )
    labels = tuple(wording.debt_type(row["debt_type"]) for row in rows)
    gaps = [_gap(row) for row in rows]
    return MovementProof(
        first_day=first_day,
        last_day=last_day,
        debt_types=labels,
        lines=lines if rows else (),
        unexplained=sum(gaps, Decimal(0)),
        proved=not any(gaps) and not any(row["difference"] for row in rows),
        missing="",
    )


def _line(label: str, column: str, rows: Sequence[Row], *, is_balance: bool = False) -> Line:
    amounts = tuple(row[column] for row in rows)
    return Line(label, (*amounts, sum(amounts, Decimal(0))), is_balance)


def _gap(row: Row) -> Decimal:
    """Opening balance plus movements less closing balance of one debt type, in pounds."""
    movements = sum((row[name] for name in _MOVEMENTS), Decimal(0))
    gap: Decimal = row["opening_balance"] + movements - row["closing_balance"]
    return gap
