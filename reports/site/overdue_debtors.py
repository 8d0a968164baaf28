"""Owns which debtors the report names: those with the most overdue debt, by number only."""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal

from reports.site.published import PublishedMarts

PAGES = 25
"""So many debtors have a page of their own; the report's size must not grow with the council's."""

DEBTORS = "debtors"
"""The folder of their pages, beside the report's first page."""

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
        """The debtor's page, seen from the report's first page."""
        return f"{DEBTORS}/{file_name(self.debtor_id)}" if self.debtor_id else ""


def overdue_debtors(marts: PublishedMarts) -> tuple[OverdueDebtor, ...]:
    """The debtors with the most overdue debt, the largest first; none without open items."""
    if "open_items" not in marts:
        return ()
    return tuple(OverdueDebtor(**row) for row in marts.rows(_OVERDUE))


def file_name(debtor_id: str) -> str:
    """A file name that is safe on every system and different for every id, whatever the id holds.

    An id of capitals, digits and hyphens names its file; any other keeps what is readable of it
    and gets the beginning of its hash, so that two ids never share a file, case or not.
    """
    if _PLAIN_NAME.fullmatch(debtor_id) and not _DEVICES.fullmatch(debtor_id):
        return f"{debtor_id}.html"
    readable = re.sub(r"[^a-z0-9]+", "-", debtor_id.lower()).strip("-")[:40]
    digest = hashlib.sha256(debtor_id.encode()).hexdigest()[:16]
    return f"{readable or 'id'}.{digest}.html"
