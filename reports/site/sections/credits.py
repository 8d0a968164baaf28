"""Credit notes and negative adjustments of the last twelve months: by whom, why, how much."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.site import wording
from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence

_SHOWN = 20

_LOOKED_FOR = (
    ("Above the limit that needs an approver", "above_limit_count"),
    ("At the limit or just below it", "just_below_limit_count"),
    ("Without an approver, any amount", "without_approver_count"),
    ("Approved by the person who raised it", "self_approved_count"),
    ("With a reason that belongs to a write-off", "bad_debt_reason_count"),
    ("Without an invoice", "without_invoice_count"),
    ("Close to 31 March", "near_year_end_count"),
    ("After a recovery stage on the same invoice", "after_recovery_count"),
)

_CREDITS = """
    select
        raised_by,
        credit_kind,
        reason_code,
        credit_count,
        credit_amount,
        largest_amount,
        above_limit_count,
        without_approver_count
    from credits_review
    order by credit_amount desc, raised_by, credit_kind, reason_code
"""


@dataclass(frozen=True)
class Credits:
    """The largest groups of credits, the sum of the others, and the signs an auditor looks for."""

    begun_on: date | None
    looked_for: tuple[tuple[str, int], ...]
    shown: tuple[Row, ...]
    others: Row | None
    total: Row
    missing: str


def section(marts: PublishedMarts, run: Run) -> Section:
    """Sum the credits of the run by kind, raiser and reason."""
    return Section("credits", "Credit notes and adjustments", _credits(marts, run))


def _credits(marts: PublishedMarts, run: Run) -> Credits:
    if "credits_review" not in marts:
        return Credits(None, (), (), None, _summed([]), absence("credits_review", run))
    sums = ", ".join(f"coalesce(sum({column}), 0) as {column}" for _, column in _LOOKED_FOR)
    counts = marts.row(f"select min(period_start) as begun_on, {sums} from credits_review")
    rows = [_named(row) for row in marts.rows(_CREDITS)]
    return Credits(
        begun_on=counts["begun_on"],
        looked_for=tuple((words, int(counts[column])) for words, column in _LOOKED_FOR),
        shown=tuple(rows[:_SHOWN]),
        others=_summed(rows[_SHOWN:]) if rows[_SHOWN:] else None,
        total=_summed(rows),
        missing="",
    )


def _named(row: Row) -> Row:
    """The row with its codes in words; reason codes are the council's own and stay."""
    reason = "no reason given" if row["reason_code"] == "none" else row["reason_code"]
    return row | {
        "raised_by": "Not recorded" if row["raised_by"] == "nobody" else row["raised_by"],
        "why": f"{wording.name(row['credit_kind'])}, {reason}",
    }


def _summed(rows: list[Row]) -> Row:
    counts = ("credit_count", "above_limit_count", "without_approver_count")
    return {
        "groups": len(rows),
        "credit_amount": sum((row["credit_amount"] for row in rows), Decimal(0)),
        "largest_amount": max((row["largest_amount"] for row in rows), default=Decimal(0)),
        **{column: sum(row[column] for row in rows) for column in counts},
    }
