"""Suspense by age: receipts that nothing identifies, on no debtor's balance."""

from dataclasses import dataclass
from decimal import Decimal

from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence

_BY_AGE = """
    select
        case
            when days_in_suspense <= 30 then '0 to 30 days'
            when days_in_suspense <= 90 then '31 to 90 days'
            when days_in_suspense <= 365 then '91 to 365 days'
            else 'Over 365 days'
        end as age,
        min(days_in_suspense) as youngest,
        max(days_in_suspense) as oldest,
        count(*) as receipts,
        sum(amount) as amount
    from suspense
    group by age
    order by youngest
"""


@dataclass(frozen=True)
class Suspense:
    """One row per age, and their totals."""

    ages: tuple[Row, ...]
    receipts: int
    amount: Decimal
    oldest: int
    missing: str


def section(marts: PublishedMarts, run: Run) -> Section:
    """Sum the suspense of the run by days since the receipt."""
    return Section("suspense", "Suspense by age", _suspense(marts, run))


def _suspense(marts: PublishedMarts, run: Run) -> Suspense:
    if "suspense" not in marts:
        return Suspense((), 0, Decimal(0), 0, absence("suspense", run))
    ages = marts.rows(_BY_AGE)
    return Suspense(
        ages=tuple(ages),
        receipts=sum(row["receipts"] for row in ages),
        amount=sum((row["amount"] for row in ages), Decimal(0)),
        oldest=max((row["oldest"] for row in ages), default=0),
        missing="",
    )
