"""Payment arrangements by status: agreed, paid, expected and actual balance, and shortfall."""

from dataclasses import dataclass

from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence

_STATUSES = ("live", "breached", "completed", "cancelled", "superseded", "not_evaluated")

_BY_STATUS = """
    select
        status,
        count(*) as arrangements,
        sum(total_amount) as agreed,
        sum(paid_to_date) as paid,
        sum(expected_balance) as expected_balance,
        sum(actual_balance) as actual_balance,
        sum(shortfall_amount) as shortfall
    from arrangement_compliance
    group by status
"""

_IN_FORCE = """
    select
        count(*) as arrangements,
        coalesce(sum(actual_balance), 0) as balance,
        count(*) filter (where status = 'breached') as breached,
        coalesce(sum(shortfall_amount) filter (where status = 'breached'), 0) as shortfall,
        count(*) filter (where delinquent_days > 30) as over_30_days
    from arrangement_compliance
    where status in ('live', 'breached')
"""


@dataclass(frozen=True)
class Arrangements:
    """One row for each status, and the totals of current arrangements (live or breached)."""

    statuses: tuple[Row, ...]
    in_force: Row
    missing: str


def section(marts: PublishedMarts, run: Run) -> Section:
    """Sum the arrangements of the run by status."""
    return Section("arrangements", "Payment arrangements", _arrangements(marts, run))


def _arrangements(marts: PublishedMarts, run: Run) -> Arrangements:
    if "arrangement_compliance" not in marts:
        return Arrangements((), {}, absence("arrangement_compliance", run))
    rows = sorted(marts.rows(_BY_STATUS), key=lambda row: _order(row["status"]))
    return Arrangements(tuple(rows), marts.row(_IN_FORCE), "")


def _order(status: str) -> tuple[int, str]:
    known = _STATUSES.index(status) if status in _STATUSES else len(_STATUSES)
    return (known, status)
