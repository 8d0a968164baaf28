"""Suspense by age and owner: receipts not matched to a debtor."""

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

_BY_OWNER = """
    select
        owner,
        count(*) as receipts,
        sum(amount) as amount,
        max(days_in_suspense) as oldest,
        max(noted_on) as noted_on
    from suspense
    group by owner
    order by owner nulls first
"""

_LAST_MONTH = """
    select
        period_start,
        opening_balance,
        received,
        identifications,
        reversals,
        refunds,
        closing_balance
    from suspense_roll_forward
    order by period_start desc
    limit 1
"""


@dataclass(frozen=True)
class Suspense:
    """One row for each age and each owner, their totals, and the movements of the last month."""

    ages: tuple[Row, ...]
    owners: tuple[Row, ...]
    month: Row | None
    receipts: int
    amount: Decimal
    oldest: int
    missing: str


def section(marts: PublishedMarts, run: Run) -> Section:
    """Sum the suspense of the run by days since receipt."""
    return Section("suspense", "Suspense by age", _suspense(marts, run))


def _suspense(marts: PublishedMarts, run: Run) -> Suspense:
    if "suspense" not in marts:
        return Suspense((), (), None, 0, Decimal(0), 0, absence("suspense", run))
    ages = marts.rows(_BY_AGE)
    months = marts.rows(_LAST_MONTH) if "suspense_roll_forward" in marts else []
    return Suspense(
        ages=tuple(ages),
        owners=tuple(marts.rows(_BY_OWNER)),
        month=months[0] if months else None,
        receipts=sum(row["receipts"] for row in ages),
        amount=sum((row["amount"] for row in ages), Decimal(0)),
        oldest=max((row["oldest"] for row in ages), default=0),
        missing="",
    )
