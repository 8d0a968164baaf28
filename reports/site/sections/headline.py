"""Headline figures: the total debt, how overdue it is, unallocated credits and suspense."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence

# A debt is over a year old from the day after the first anniversary of the due date it is aged by.
_OPEN_DEBT = """
    select
        coalesce(sum(outstanding_amount) filter (where is_debt), 0) as debt,
        count(*) filter (where is_debt) as debt_items,
        coalesce(sum(outstanding_amount) filter (where is_debt and days_past_due > 0), 0)
            as overdue,
        count(*) filter (where is_debt and days_past_due > 0) as overdue_items,
        coalesce(sum(outstanding_amount) filter (where is_debt and days_past_due > 90), 0)
            as over_90_days,
        count(*) filter (where is_debt and days_past_due > 90) as over_90_days_items,
        coalesce(sum(outstanding_amount) filter (where is_debt and is_over_year), 0) as over_year,
        count(*) filter (where is_debt and is_over_year) as over_year_items,
        coalesce(sum(outstanding_amount) filter (where not is_debt), 0) as credits,
        count(*) filter (where not is_debt) as credit_items,
        count(distinct debtor_id) filter (where is_debt) as debtors
    from (
        select
            outstanding_amount,
            debtor_id,
            days_past_due,
            age_band <> 'unallocated_credit' as is_debt,
            coalesce(
                position.as_of - cast(days_past_due as integer) + interval 1 year < position.as_of,
                false
            ) as is_over_year
        from open_items
        cross join (select cast(? as date) as as_of) as position
    )
"""

_SUSPENSE = "select coalesce(sum(amount), 0) as amount, count(*) as items from suspense"

# The newest published position before this one, as it was last known by then.
_EARLIER = """
    with earlier as (
        select as_of_date, known_at
        from aged_debt_history
        where as_of_date < cast(? as date) and known_at <= cast(? as date)
        order by as_of_date desc, known_at desc
        limit 1
    )
    select
        earlier.as_of_date,
        coalesce(sum(outstanding_amount) filter (where age_band <> 'unallocated_credit'), 0)
            as debt,
        coalesce(
            sum(outstanding_amount)
                filter (where age_band not in ('unallocated_credit', 'not_due')),
            0
        ) as overdue,
        coalesce(sum(outstanding_amount) filter (where age_band = 'unallocated_credit'), 0)
            as credits
    from earlier
    inner join aged_debt_history
        on
            aged_debt_history.as_of_date = earlier.as_of_date
            and aged_debt_history.known_at = earlier.known_at
    group by earlier.as_of_date
"""


@dataclass(frozen=True)
class Figure:
    """One headline: an amount in pounds, its number of items, its share and its change."""

    label: str
    amount: Decimal
    items: int
    noun: str
    of_debt: Decimal | None = None
    change: Decimal | None = None


@dataclass(frozen=True)
class Headline:
    """The headline figures and the date they are compared with."""

    figures: tuple[Figure, ...]
    debtors: int
    compared_with: date | None
    missing: str


def section(marts: PublishedMarts, run: Run) -> Section:
    """Sum the open items and the suspense of the run."""
    return Section("headline", "Headline figures", _headline(marts, run))


def _headline(marts: PublishedMarts, run: Run) -> Headline:
    if "open_items" not in marts:
        return Headline((), 0, None, absence("open_items", run))
    now = marts.row(_OPEN_DEBT, [run.as_of])
    earlier = _earlier(marts, run)
    debt = now["debt"]

    def change(key: str) -> Decimal | None:
        return now[key] - earlier[key] if earlier else None

    figures = [
        Figure("Total open debt", debt, now["debt_items"], "item", change=change("debt")),
        Figure("Overdue", now["overdue"], now["overdue_items"], "item", debt, change("overdue")),
        Figure(
            "Over 90 days overdue", now["over_90_days"], now["over_90_days_items"], "item", debt
        ),
        Figure("Over a year overdue", now["over_year"], now["over_year_items"], "item", debt),
        Figure(
            "Unallocated credits",
            now["credits"],
            now["credit_items"],
            "item",
            change=change("credits"),
        ),
    ]
    if "suspense" in marts:
        suspense = marts.row(_SUSPENSE)
        figures.append(Figure("In suspense", suspense["amount"], suspense["items"], "receipt"))
    compared_with = earlier["as_of_date"] if earlier else None
    return Headline(tuple(figures), now["debtors"], compared_with, "")


def _earlier(marts: PublishedMarts, run: Run) -> Row | None:
    if "aged_debt_history" not in marts:
        return None
    rows = marts.rows(_EARLIER, [run.as_of, run.known_at])
    return rows[0] if rows else None
