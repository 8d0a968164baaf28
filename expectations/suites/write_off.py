"""Gate `write_off`: the schedule holds what may be written off, all of it and nothing else.

Every request that is approved by today is judged again from the inbound rows, in other words than
the models that decided it; the schedule must be what comes of that. A request that fails is refused
and fails no gate; a schedule that holds it does.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from expectations.dossiers import Dossier, Request, dossiers_on_file
from expectations.findings import Finding, Rule, finding_of
from expectations.policy import load_policy
from expectations.request_judgement import CHECKS, failed_checks, is_refused
from expectations.standing import Position
from expectations.write_off_policy import WriteOffPolicy, write_off_policy

NAME = "write_off"
WITHHELD = ("write_off_schedule",)
INPUT_FEEDS = ("write_off_requests",)
IS_ASKED_WITHOUT_INPUT = True

_REQUESTS = "write_off_requests"


def _rule(code: str, words: str, rests_on: str, *feeds: str) -> Rule:
    return Rule(code, words, (_REQUESTS, *feeds), rests_on)


W00 = _rule(
    "W00",
    "Every request that passes stands in the schedule once, as the feed has it, and no other does.",
    "Without it a request could be slipped in, changed or lost between decision and schedule.",
)
W18 = Rule(
    "W18",
    "Every write-back names a write-off, and all of a write-off together do not exceed it.",
    ("write_backs",),
    "Without it a debt could come back that was never given up, or larger than it was.",
)
W21 = _rule(
    "W21",
    "Every write-off in the ledger that names a request, or was made or posted since the first "
    "request was, has a request for its invoice that was approved by then and not declined. "
    "Write-offs dated and posted before it were brought forward and are not asked.",
    "Without it a debt could be written off without anybody's authority.",
    "write_offs",
)
W22 = Rule(
    "W22",
    "Every credit note and negative adjustment above the limit of policy has an approver who is "
    "not the raiser, and none bears a reason for writing off.",
    (),
    "Without it a bad debt could be credited away past the rules of write-off.",
    ("credit_notes", "adjustments"),
)
REQUEST_RULES = (
    _rule(
        "W01",
        "The amount is what is open on the invoice today (at most that, where the reason "
        "allows a part), and nothing was paid or credited since the request.",
        "Without it money that was paid, or more than is owed, would be written off.",
        "invoices",
    ),
    _rule(
        "W02",
        "The pounds asked for in twelve months lie in the band of the approver's role or a "
        "lower one, and the role is the one in officers.",
        "Without it somebody could approve more than the council lets them.",
        "officers",
    ),
    _rule(
        "W03",
        "Requester, checker and approver are there and are different people; the poster is "
        "not the approver.",
        "Without it one person could write off a debt alone.",
    ),
    _rule(
        "W04",
        "The reason is known and covers the amount, and every piece of evidence it needs is "
        "there and fresh.",
        "Without it debts would be written off on somebody's word.",
    ),
    _rule(
        "W05",
        "Recovery reached the stage that the reason asks for.",
        "Without it debts would be given up before anybody tried.",
    ),
    _rule(
        "W06",
        "No moratorium, dispute, live arrangement, placement or legal case stands in the way.",
        "Without it a protected or still recoverable debt would be closed.",
    ),
    _rule(
        "W07",
        "A debt written off as statute barred is barred today by its own dates, payments and "
        "acknowledgments, and no court gave judgment on it.",
        "Without it a debt that can still be sued for would be given up as too old.",
        "invoices",
    ),
    _rule(
        "W08",
        "An insolvent's debt is dated before the order, the proof is lodged and the outcome final.",
        "Without it a debt outside the insolvency, or a dividend to come, would be given up.",
        "invoices",
    ),
    _rule(
        "W09",
        "A deceased debtor has a date of death, the estate's outcome is there and final, and no "
        "direct debit is active.",
        "Without it an estate that can pay, or a living person, would be let off.",
        "debtors",
    ),
    _rule(
        "W11",
        "The debtor has no open credit.",
        "Without it a debt would be written off that our own books could settle.",
    ),
    _rule(
        "W12",
        "It is not a council error.",
        "Without it the council's mistakes would hide among bad debts.",
    ),
    _rule(
        "W13",
        "The VAT in the amount is the invoice's in proportion; what was posted, in however many "
        "parts, bears that VAT to the penny.",
        "Without it bad-debt relief would be lost or claimed twice.",
        "invoices",
    ),
    _rule(
        "W14",
        "Policy gives a rate of provision for the debt, so that the charge that is left is known.",
        "Without it a service would learn of its loss when it is booked.",
        "debtors",
    ),
    _rule(
        "W15",
        "A request of the highest band has its minute reference, and where the paper of its batch "
        "is known the batch has its count, its value and its hash.",
        "Without it members would not have decided what is theirs, or what they signed.",
    ),
    _rule(
        "W16",
        "The debtor's requests of some weeks do not reach a higher band together than alone.",
        "Without it a large debt could be split under an approver's limit.",
    ),
    _rule(
        "W17",
        "It is the first request for its invoice that stands.",
        "Without it a debt would be written off twice.",
    ),
    _rule(
        "W19",
        "A related party's debt is approved by an independent role.",
        "Without it friends of the council could be let off by it.",
        "debtors",
    ),
)
RULES = (W00, *REQUEST_RULES, W18, W21, W22)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One row of the schedule, as published."""

    request_id: str
    invoice_id: str
    debtor_id: str
    amount: Decimal
    reason_code: str
    approved_by: str
    approved_on: object


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Nothing: the rows that stand are all this gate needs."""


def find(con: duckdb.DuckDBPyConnection, position: Position) -> tuple[Finding, ...]:
    """Judge every approved request again and hold the schedule against it."""
    policy = write_off_policy(lambda table: load_policy(con, table, position.known_at))
    dossiers = dossiers_on_file(con, position, policy.limitation_periods)
    return (
        *judge_schedule(dossiers, _schedule(con), policy, position),
        _write_backs(con),
        _unapproved(con, position),
        _large_credits(con, policy, position),
    )


def judge_schedule(
    dossiers: Sequence[Dossier],
    schedule: Sequence[Scheduled],
    policy: WriteOffPolicy,
    position: Position,
) -> tuple[Finding, ...]:
    """What is found when the schedule is held against the requests, rule by rule."""
    waiting = [each for each in dossiers if not each.is_posted]
    posted = [each for each in dossiers if each.is_posted]
    failed = {each.request.request_id: failed_checks(each, policy) for each in waiting}
    passing = [
        each
        for each in waiting
        if not is_refused(failed[each.request.request_id], policy, position.as_of)
    ]
    return (
        _completeness(passing, schedule),
        *(
            _of_scheduled(
                rule,
                schedule,
                failed,
                posted if rule.check_code in _ALSO_OF_POSTED else (),
                policy,
            )
            for rule in REQUEST_RULES
        ),
    )


def _completeness(passing: Sequence[Dossier], schedule: Sequence[Scheduled]) -> Finding:
    wanted = {each.request.request_id: _as_scheduled(each) for each in passing}
    times = Counter(row.request_id for row in schedule)
    listed = {row.request_id: row for row in schedule}
    rows = [
        (request_id, _pence(wanted.get(request_id) or listed[request_id]),
         times[request_id] != 1 or listed.get(request_id) != wanted.get(request_id))
        for request_id in sorted(wanted.keys() | listed.keys())
    ]  # fmt: skip
    return finding_of(W00, rows, len(wanted))


def _as_scheduled(dossier: Dossier) -> Scheduled:
    request = dossier.request
    return Scheduled(
        request.request_id,
        request.invoice_id,
        request.debtor_id,
        request.amount,
        request.reason_code,
        request.approved_by,
        request.approved_on,
    )


# What is asked of a request whose write-off is in the ledger as well: its VAT as it was posted.
_ALSO_OF_POSTED = ("W13",)


def _of_scheduled(
    rule: Rule,
    schedule: Sequence[Scheduled],
    failed: Mapping[str, frozenset[str]],
    posted: Sequence[Dossier],
    policy: WriteOffPolicy,
) -> Finding:
    """A scheduled request at fault fails the check, or was never ours to judge."""
    everything = frozenset(each.check_code for each in REQUEST_RULES)
    rows = {
        row.request_id: (
            row.request_id,
            _pence(row),
            rule.check_code in failed.get(row.request_id, everything),
        )
        for row in schedule
    }
    expected = len({*rows, *(each.request.request_id for each in posted)})
    for each in posted:
        at_fault = CHECKS[rule.check_code](each, policy)
        told = (each.request.request_id, _pence(each.request), at_fault)
        rows.setdefault(each.request.request_id, told)
    return finding_of(rule, rows.values(), expected)


def _pence(row: Scheduled | Request) -> int:
    return int(row.amount * 100)


def _schedule(con: duckdb.DuckDBPyConnection) -> list[Scheduled]:
    rows = con.execute(
        "select request_id, invoice_id, debtor_id, amount, reason_code, approved_by, approved_on "
        "from marts.write_off_schedule order by all"
    ).fetchall()
    return [Scheduled(*row) for row in rows]


def _write_backs(con: duckdb.DuckDBPyConnection) -> Finding:
    rows = con.execute(
        """
        select b.write_back_id, cast(b.amount * 100 as bigint), coalesce(
            (select sum(o.amount) from standing_write_backs o
                where o.write_off_id = b.write_off_id)
            > (select w.amount from standing_write_offs w where w.write_off_id = b.write_off_id),
            true
        )
        from standing_write_backs b order by 1
        """
    ).fetchall()
    counted = con.execute("select count(*) from standing_write_backs").fetchone()
    return finding_of(W18, rows, int(counted[0]) if counted else 0)


_WRITE_OFFS = """
    from standing_write_offs
    where request_id is not null
        or greatest(written_off_on, coalesce(posted_on, written_off_on))
            >= (select min(requested_on) from standing_write_off_requests)
"""


def _unapproved(con: duckdb.DuckDBPyConnection, position: Position) -> Finding:
    rows = con.execute(
        f"""
        select w.write_off_id, cast(w.amount * 100 as bigint),
            q.request_id is null
                or q.invoice_id != w.invoice_id
                or coalesce(q.approved_on > w.written_off_on, true)
                or coalesce(q.declined_on <= $day, false)
        from ({_WRITE_OFFS}) w
        left join standing_write_off_requests q using (request_id)
        order by 1
        """,
        {"day": position.as_of},
    ).fetchall()
    counted = con.execute(f"select count(*) from ({_WRITE_OFFS})").fetchone()
    return finding_of(W21, rows, int(counted[0]) if counted else 0)


_CREDITS = """
    select 'credit note ' || credit_note_id, credit_date, gross_amount, reason_code, raised_by,
        approved_by
    from standing_credit_notes
    union all
    select 'adjustment ' || adjustment_id, adjusted_on, -amount, reason_code, raised_by, approved_by
    from standing_adjustments where amount < 0
    order by all
"""


def _large_credits(
    con: duckdb.DuckDBPyConnection, policy: WriteOffPolicy, position: Position
) -> Finding:
    limits = load_policy(con, "check_thresholds", position.known_at)
    rows = []
    for credit, day, amount, reason, raised_by, approved_by in con.execute(_CREDITS).fetchall():
        limit = limits.row(day, "W22", "credit_approval_above").get("value")
        if limit is not None and amount > Decimal(limit):
            is_bad_debt = policy.reason(day, reason or "").get("is_write_off") == "true"
            fault = not approved_by or approved_by == raised_by or is_bad_debt
            rows.append((credit, int(amount * 100), fault))
    return finding_of(W22, rows, len(rows))
