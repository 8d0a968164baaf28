"""The debtors that the report names: those with the most overdue debt, by number only."""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal

from reports.site.published import PublishedMarts

PAGES = 25
"""How many debtors have a page: the report must not grow with the size of the council."""

DEBTORS = "debtors"
"""The folder of their pages, next to the first page of the report."""

_OVERDUE = f"""
    select
        debtor_id,
        sum(outstanding_amount) as overdue,
        count(*) as items,
        max(days_past_due) as oldest_days
    from open_items
    where age_band <> 'unallocated_credit' and days_past_due > 0
    group by debtor_id
    order by overdue desc, debtor_id nulls last
    limit {PAGES}
"""
_PLAIN_NAME = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,63}")
_DEVICES = re.compile(r"CON|PRN|AUX|NUL|COM\d|LPT\d")


@dataclass(frozen=True)
class OverdueDebtor:
    """One debtor: overdue pounds, items and the age of the oldest in days."""

    debtor_id: str | None
    overdue: Decimal
    items: int
    oldest_days: int

    @property
    def page(self) -> str:
        """The path of the debtor's page from the first page of the report."""
        return f"{DEBTORS}/{file_name(self.debtor_id)}" if self.debtor_id else ""


def overdue_debtors(marts: PublishedMarts) -> tuple[OverdueDebtor, ...]:
    """The debtors with the most overdue debt, the largest first; none without open items."""
    if "open_items" not in marts:
        return ()
    return tuple(OverdueDebtor(**row) for row in marts.rows(_OVERDUE))


def file_name(debtor_id: str) -> str:
    """A file name that is safe on every system and unique for every id.

    An id of capitals, digits and hyphens is its own file name. Any other id keeps its readable part
    and adds the start of its hash, so that two ids never share a file, whatever their case.
    """
    if _PLAIN_NAME.fullmatch(debtor_id) and not _DEVICES.fullmatch(debtor_id):
        return f"{debtor_id}.html"
    readable = re.sub(r"[^a-z0-9]+", "-", debtor_id.lower()).strip("-")[:40]
    digest = hashlib.sha256(debtor_id.encode()).hexdigest()[:16]
    return f"{readable or 'id'}.{digest}.html"
