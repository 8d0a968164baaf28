"""Recovery today: actions due by stage, blocked invoices with the reasons, and the diary."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.site.published import PublishedMarts, Row
from reports.site.run import Run
from reports.site.section import Section, absence

_ACTIONS = """
    select
        action_code,
        count(*) as debtors,
        sum(len(string_split(invoice_ids, ','))) as invoices,
        sum(amount) as amount,
        max(days_waiting) as longest_wait,
        count(*) filter (where is_contact_limit_reached) as limited,
        min(stage_order) as stage_order
    from recovery_worklist
    group by action_code
    order by stage_order, action_code
"""

_BLOCKED = """
    select blocked.code, count(*) as invoices, sum(blocked.balance) as balance
    from (
        select balance, unnest(string_split(blocked_by, ',')) as code
        from recovery_stages
        where blocked_by is not null
    ) as blocked
    group by blocked.code
    order by balance desc, blocked.code
"""

_INVOICES = """
    select
        count(*) as invoices,
        coalesce(sum(balance), 0) as balance,
        count(*) filter (where blocked_by is not null) as blocked,
        coalesce(sum(balance) filter (where blocked_by is not null), 0) as blocked_balance
    from recovery_stages
"""

_DIARY = """
    select
        count(*) filter (where days_overdue >= 0) as due,
        count(*) filter (where days_overdue > 0) as overdue,
        count(*) filter (where days_overdue < 0) as ahead
    from diary
"""


@dataclass(frozen=True)
class Recovery:
    """The day's actions by stage (unless the gate withheld them), blocked invoices, the diary.

    An invoice blocked for several reasons counts under each.
    """

    actions: tuple[Row, ...]
    actions_missing: str
    invoices: Row
    blocked: tuple[Row, ...]
    diary: Row
    missing: str

    @property
    def totals(self) -> Mapping[str, object]:
        """Debtors with an action due, and pounds, over all stages."""
        return {
            "debtors": sum(row["debtors"] for row in self.actions),
            "amount": sum(row["amount"] for row in self.actions),
        }


def section(marts: PublishedMarts, run: Run) -> Section:
    """Sum the run's worklist, its blocked invoices and its diary."""
    return Section("recovery", "Recovery today", _recovery(marts, run))


def _recovery(marts: PublishedMarts, run: Run) -> Recovery:
    released = "recovery_worklist" in marts
    actions = tuple(marts.rows(_ACTIONS)) if released else ()
    actions_missing = "" if released else absence("recovery_worklist", run)
    diary = marts.row(_DIARY) if "diary" in marts else {}
    if "recovery_stages" not in marts:
        return Recovery(actions, actions_missing, {}, (), diary, absence("recovery_stages", run))
    return Recovery(
        actions,
        actions_missing,
        marts.row(_INVOICES),
        tuple(marts.rows(_BLOCKED)),
        diary,
        "",
    )
