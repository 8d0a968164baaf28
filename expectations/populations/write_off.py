"""The facts that the gate `write_off` compares.

There are facts for every request approved by the day of the run, from the inbound rows, for the
schedule and the requests that must be in it, and for write-offs, write-backs and large credits with
what permits them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import duckdb

from expectations.current_rows import Position
from expectations.expected import Check
from expectations.policy import load_policy
from expectations.populations.dossiers import Dossier, Request, dossiers_on_file
from expectations.populations.population import Population, population_from, population_of
from expectations.populations.request_facts import RequestFacts, facts_of
from expectations.populations.write_off_policy import WriteOffPolicy, write_off_policy

Breaking = Callable[[Population], Mapping[str, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One row of the schedule, as published."""

    request_id: str
    invoice_id: str
    debtor_id: str
    amount: Decimal
    reason_code: str
    approved_by: str
    approved_on: date


@dataclass(frozen=True, slots=True)
class ScheduleFacts:
    """A request that is due for the schedule or listed in it: its requested and scheduled figures.

    Attributes:
        item_id: Id of the request.
        value_pence: The amount.
        times_due: 1 where it passes every check that blocks, else 0.
        times_scheduled: How many rows of the schedule it has.
    """

    item_id: str
    value_pence: int
    times_due: int
    times_scheduled: int
    requested_invoice: str | None
    scheduled_invoice: str | None
    requested_debtor: str | None
    scheduled_debtor: str | None
    requested_pence: int | None
    scheduled_pence: int | None
    requested_reason: str | None
    scheduled_reason: str | None
    approver_of_request: str | None
    approver_in_schedule: str | None
    approved_on: str | None
    scheduled_approved_on: str | None


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """A credit note or negative adjustment above the limit of policy.

    Attributes:
        item_id: What it is, and its id.
        value_pence: The amount by which it reduces the debt.
        raised_by: Officer who raised it.
        approved_by: Officer who approved it.
        is_write_off_reason: Whether its reason is for writing off.
    """

    item_id: str
    value_pence: int
    raised_by: str | None
    approved_by: str | None
    is_write_off_reason: bool


def write_off_populations(
    con: duckdb.DuckDBPyConnection,
    position: Position,
    breaking: Breaking,
    checks: Sequence[Check],
) -> list[Population]:
    """The populations of the gate.

    Args:
        con: The warehouse, with the current rows.
        position: The day looked at.
        breaking: Validates a population. The checks that requests break decide which of them the
            schedule must hold.
        checks: The checks of the gate.
    """
    policy = write_off_policy(lambda table: load_policy(con, table, position.known_at))
    dossiers = dossiers_on_file(con, position, policy.limitation_periods)
    waiting = {each.request.request_id: each for each in dossiers if not each.is_posted}
    posted = [each for each in dossiers if each.is_posted]
    facts = {request_id: facts_of(each, policy) for request_id, each in waiting.items()}
    broken = breaking(
        population_of("requests", RequestFacts, facts.values(), _requests(con, position), checks)
    )
    schedule = _schedule(con)
    of_scheduled = {row.request_id: _of_scheduled(row, facts) for row in schedule}
    of_posted = {each.request.request_id: facts_of(each, policy) for each in posted}
    failed = {
        request_id: frozenset(code for code, items in broken.items() if request_id in items)
        for request_id in waiting
    }
    due = [
        each
        for request_id, each in waiting.items()
        if not is_refused(failed[request_id], policy, position.as_of)
    ]
    return [
        _schedule_beside_requests(due, schedule, checks),
        population_of(
            "scheduled_requests",
            RequestFacts,
            of_scheduled.values(),
            len({row.request_id for row in schedule}),
            checks,
        ),
        population_of(
            "vat",
            RequestFacts,
            (of_posted | of_scheduled).values(),
            len(of_posted.keys() | of_scheduled.keys()),
            checks,
        ),
        population_from(con, "write_backs", _WRITE_BACKS, _WRITE_BACKS_COUNTED, checks),
        population_from(
            con, "write_offs", _WRITE_OFFS, _WRITE_OFFS_COUNTED, checks, day=position.as_of
        ),
        _large_credits(con, policy, position, checks),
    ]


def is_refused(failed: frozenset[str], policy: WriteOffPolicy, on: date) -> bool:
    """Whether a request is refused: it is if it breaks one check that blocks."""
    return any(policy.blocks(on, code) for code in failed)


def _of_scheduled(row: Scheduled, facts: Mapping[str, RequestFacts]) -> RequestFacts:
    """The facts of a scheduled request; blank where it may not be scheduled."""
    pence = _pence(row.amount)
    of_request = facts.get(row.request_id, RequestFacts(row.request_id, pence))
    return replace(of_request, value_pence=pence)


def _schedule_beside_requests(
    due: Sequence[Dossier], schedule: Sequence[Scheduled], checks: Sequence[Check]
) -> Population:
    requests = {each.request.request_id: each.request for each in due}
    times = Counter(row.request_id for row in schedule)
    listed = {row.request_id: row for row in schedule}
    rows = [
        _beside(request_id, requests.get(request_id), listed.get(request_id), times[request_id])
        for request_id in sorted(requests.keys() | listed.keys())
    ]
    return population_of("schedule", ScheduleFacts, rows, len(requests), checks)


def _beside(
    request_id: str, request: Request | None, row: Scheduled | None, times: int
) -> ScheduleFacts:
    amount = request.amount if request else row.amount if row else Decimal(0)
    return ScheduleFacts(
        item_id=request_id,
        value_pence=_pence(amount),
        times_due=int(request is not None),
        times_scheduled=times,
        requested_invoice=request.invoice_id if request else None,
        scheduled_invoice=row.invoice_id or "" if row else None,
        requested_debtor=request.debtor_id if request else None,
        scheduled_debtor=row.debtor_id or "" if row else None,
        requested_pence=_pence(request.amount) if request else None,
        scheduled_pence=_pence(row.amount or Decimal(0)) if row else None,
        requested_reason=request.reason_code if request else None,
        scheduled_reason=row.reason_code or "" if row else None,
        approver_of_request=request.approved_by if request else None,
        approver_in_schedule=row.approved_by or "" if row else None,
        approved_on=str(request.approved_on) if request else None,
        scheduled_approved_on=str(row.approved_on) if row else None,
    )


def _pence(pounds: Decimal) -> int:
    return int(pounds * 100)


def _requests(con: duckdb.DuckDBPyConnection, position: Position) -> int:
    """How many requests wait for the schedule, counted independently of the dossiers."""
    counted = con.execute(
        """
        select count(*)
        from current_write_off_requests q
        anti join current_write_offs w on w.request_id = q.request_id
        where q.approved_on <= $day and coalesce(q.declined_on > $day, true)
        """,
        {"day": position.as_of},
    ).fetchone()
    return int(counted[0]) if counted else 0


def _schedule(con: duckdb.DuckDBPyConnection) -> list[Scheduled]:
    rows = con.execute(
        "select request_id, invoice_id, debtor_id, amount, reason_code, approved_by, approved_on "
        "from marts.write_off_schedule order by all"
    ).fetchall()
    return [Scheduled(*row) for row in rows]


_WRITE_BACKS = """
    select b.write_back_id as item_id, cast(b.amount * 100 as bigint) as value_pence,
        (
            select cast(w.amount * 100 as bigint) from current_write_offs w
            where w.write_off_id = b.write_off_id
        ) as written_off_pence,
        (
            select cast(sum(o.amount) * 100 as bigint) from current_write_backs o
            where o.write_off_id = b.write_off_id
        ) as written_back_pence
    from current_write_backs b
    order by 1
"""
_WRITE_BACKS_COUNTED = "select count(*) from current_write_backs"

# Write-offs dated and posted before the first request were brought forward.
_SINCE_THE_FIRST_REQUEST = """
    from current_write_offs
    where request_id is not null
        or greatest(written_off_on, coalesce(posted_on, written_off_on))
            >= (select min(requested_on) from current_write_off_requests)
"""
_WRITE_OFFS = f"""
    select w.write_off_id as item_id, cast(w.amount * 100 as bigint) as value_pence,
        w.invoice_id, w.written_off_on,
        q.request_id as request_on_file, q.invoice_id as requested_invoice, q.approved_on,
        case when q.declined_on <= $day then q.declined_on end as declined_on
    from ({_SINCE_THE_FIRST_REQUEST}) w
    left join current_write_off_requests q using (request_id)
    order by 1
"""
_WRITE_OFFS_COUNTED = f"select count(*) from ({_SINCE_THE_FIRST_REQUEST})"

_CREDITS = """
    select 'credit note ' || credit_note_id, credit_date, gross_amount, coalesce(reason_code, ''),
        raised_by, approved_by
    from current_credit_notes
    union all
    select 'adjustment ' || adjustment_id, adjusted_on, -amount, coalesce(reason_code, ''),
        raised_by, approved_by
    from current_adjustments where amount < 0
    order by all
"""


def _large_credits(
    con: duckdb.DuckDBPyConnection,
    policy: WriteOffPolicy,
    position: Position,
    checks: Sequence[Check],
) -> Population:
    limits = load_policy(con, "check_thresholds", position.known_at)

    def above_the_limit() -> Iterator[CreditFacts]:
        for credit, day, amount, reason, raised_by, approved_by in con.execute(_CREDITS).fetchall():
            limit = limits.row(day, "W22", "credit_approval_above").get("value")
            if limit is not None and amount > Decimal(limit):
                is_write_off_reason = policy.reason(day, reason).get("is_write_off") == "true"
                yield CreditFacts(
                    credit,
                    _pence(amount),
                    raised_by or None,
                    approved_by or None,
                    is_write_off_reason,
                )

    rows = list(above_the_limit())
    return population_of("credits", CreditFacts, rows, len(rows), checks)
