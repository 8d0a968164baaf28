"""The dossier of each request to write off: all that its checks need, from the inbound rows.

Only open items, allocations and the status of arrangements come from the marts. Nothing comes from
the models that decided the requests.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from expectations.current_rows import Position
from expectations.policy import PolicyTable
from expectations.populations.proofs import Proofs, ProofsOnFile
from expectations.populations.recorded_stages import RECORDED_STAGES


@dataclass(frozen=True, slots=True)
class Request:
    """A request to write off as in the feed; a blank cell is empty text or None."""

    request_id: str
    invoice_id: str
    debtor_id: str
    amount: Decimal
    reason_code: str
    requested_by: str
    requested_on: date
    checked_by: str = ""
    approved_by: str = ""
    approver_role: str = ""
    approved_on: date | None = None
    posted_by: str = ""
    minute_reference: str = ""
    declined_on: date | None = None
    batch_id: str = ""

    @property
    def place(self) -> tuple[date, str]:
        """Its place in the order of requests: by day, then by id."""
        return self.requested_on, self.request_id


@dataclass(frozen=True, slots=True)
class Dossier:
    """A request and the facts that decide it.

    Attributes:
        request: The request.
        judged_on: Day of its approval; the day of the run while there is none.
        debt_type: Debt type of its invoice; blank where that is not known.
        balance: Pounds open on its invoice.
        credited_on: Day of the last payment or credit on its invoice; None where there was none.
        open_credit: Pounds of open credits and unallocated cash of the debtor.
        obstacles: Holds, disputes, arrangements, placements and cases on the day, sorted.
        stages_done: Codes of the recovery stages done for the invoice.
        evidence: Day of each piece of evidence; None where it has none.
        role_of_record: Role of the approver in `officers`; blank for somebody not listed there.
        is_related_party: Whether the debtor is one.
        siblings: Every other request of the debtor.
        rivals: Other requests for the invoice that are in force.
        proofs: What the ledger and the evidence prove of limitation, insolvency, death and VAT.
        paper: The signed paper of its batch; None where none is known.
        batch: Every request of the batch; empty where no paper is known.
    """

    request: Request
    judged_on: date
    debt_type: str = ""
    balance: Decimal = Decimal(0)
    credited_on: date | None = None
    open_credit: Decimal = Decimal(0)
    obstacles: tuple[str, ...] = ()
    stages_done: frozenset[str] = frozenset()
    evidence: Mapping[str, date | None] | None = None
    role_of_record: str = ""
    is_related_party: bool = False
    siblings: tuple[Request, ...] = ()
    rivals: tuple[Request, ...] = ()
    proofs: Proofs | None = None
    paper: "Paper | None" = None
    batch: tuple[Request, ...] = ()

    @property
    def is_posted(self) -> bool:
        """Whether the ledger holds a write-off for it."""
        return self.proofs is not None and bool(self.proofs.postings)


def current_requests(con: duckdb.DuckDBPyConnection, position: Position) -> tuple[Request, ...]:
    """Every current request; a day of approval or decline after the day of the run is blank."""
    rows = con.execute(
        """
        select request_id, invoice_id, debtor_id, amount, reason_code, requested_by, requested_on,
            coalesce(checked_by, ''), coalesce(approved_by, ''), coalesce(approver_role, ''),
            case when approved_on <= $day then approved_on end, coalesce(posted_by, ''),
            coalesce(minute_reference, ''), case when declined_on <= $day then declined_on end,
            coalesce(batch_id, '')
        from current_write_off_requests order by request_id
        """,
        {"day": position.as_of},
    ).fetchall()
    return tuple(Request(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class Paper:
    """The number of requests, the pounds and the hash of lines (or blank) on a batch's paper."""

    request_count: int
    total_amount: Decimal
    content_sha256: str


def papers_on_file(con: duckdb.DuckDBPyConnection) -> Mapping[str, Paper]:
    """The known papers, by batch."""
    rows = con.execute(
        "select batch_id, request_count, total_amount, coalesce(content_sha256, '') "
        "from current_write_off_papers"
    ).fetchall()
    return {batch_id: Paper(*cells) for batch_id, *cells in rows}


def posted_amounts(con: duckdb.DuckDBPyConnection) -> Mapping[str, Decimal]:
    """Pounds written off for each posted request, less what was written back."""
    rows = con.execute(
        """
        select w.request_id, sum(w.amount - coalesce(b.amount, 0))
        from current_write_offs w
        left join (
            select write_off_id, sum(amount) as amount from current_write_backs group by 1
        ) b using (write_off_id)
        where w.request_id is not null
        group by 1
        """
    ).fetchall()
    return dict(rows)


def dossiers_on_file(
    con: duckdb.DuckDBPyConnection, position: Position, periods: PolicyTable
) -> tuple[Dossier, ...]:
    """A dossier for each request that is posted, or approved by the day and not declined."""
    requests = current_requests(con, position)
    posted = posted_amounts(con)
    facts = _Facts(con, position, periods)
    papers = papers_on_file(con)
    of_batch: dict[str, list[Request]] = defaultdict(list)
    of_debtor: dict[str, list[Request]] = defaultdict(list)
    of_invoice: dict[str, list[Request]] = defaultdict(list)
    for request in requests:
        of_debtor[request.debtor_id].append(request)
        if request.batch_id in papers:
            of_batch[request.batch_id].append(request)
        if _is_in_force(request, posted):
            of_invoice[request.invoice_id].append(request)
    return tuple(
        facts.dossier(
            request,
            papers.get(request.batch_id),
            batch=of_batch[request.batch_id],
            siblings=[each for each in of_debtor[request.debtor_id] if each is not request],
            rivals=[each for each in of_invoice[request.invoice_id] if each is not request],
        )
        for request in requests
        if request.request_id in posted or (request.approved_on and not request.declined_on)
    )


def _is_in_force(request: Request, posted: Mapping[str, Decimal]) -> bool:
    """Whether it was not declined, and its write-off was not written back in full."""
    if request.request_id in posted:
        return posted[request.request_id] > 0
    return request.declined_on is None


class _Facts:
    """The facts of all requests; each kind of fact is read once."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, position: Position, periods: PolicyTable
    ) -> None:
        self._con = con
        self._proofs = ProofsOnFile(con, position, periods)
        self._position = position
        self._balances = dict(self._rows(_BALANCES))
        self._debt_types = dict(self._rows(_DEBT_TYPES))
        self._roles = dict(self._rows("select officer_id, role from current_officers"))
        self._related = self._ids("select debtor_id from current_debtors where is_related_party")
        self._open_credits = dict(self._rows(_OPEN_CREDITS))
        self._credited_on = dict(self._rows(_CREDITED_ON))
        self._obstacles = self._groups(_OBSTACLES)
        self._stages = self._groups(_STAGES)
        self._evidence: dict[str, dict[str, date | None]] = defaultdict(dict)
        for request_id, key, day in con.execute(
            "select request_id, evidence_key, dated_on from current_write_off_evidence "
            "where evidence_value is not null"
        ).fetchall():
            self._evidence[request_id][key] = day

    def dossier(
        self,
        request: Request,
        paper: Paper | None,
        batch: list[Request],
        siblings: list[Request],
        rivals: list[Request],
    ) -> Dossier:
        return Dossier(
            request,
            request.approved_on or self._position.as_of,
            self._debt_types.get(request.invoice_id) or "",
            self._balances.get(request.request_id, Decimal(0)),
            self._credited_on.get(request.request_id),
            self._open_credits.get(request.debtor_id, Decimal(0)),
            tuple(sorted(self._obstacles[request.request_id])),
            frozenset(self._stages[request.invoice_id]),
            self._evidence[request.request_id],
            self._roles.get(request.approved_by, ""),
            request.debtor_id in self._related,
            tuple(siblings),
            tuple(rivals),
            self._proofs.of(request.request_id, request.invoice_id, request.debtor_id),
            paper,
            tuple(batch),
        )

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        values = {
            name: value
            for name, value in (("day", self._position.as_of), ("known", self._position.known_at))
            if f"${name}" in query
        }
        found: list[tuple[Any, ...]] = self._con.execute(query, values).fetchall()
        return found

    def _ids(self, query: str) -> frozenset[str]:
        return frozenset(row[0] for row in self._rows(query))

    def _groups(self, query: str) -> Mapping[str, set[str]]:
        groups: dict[str, set[str]] = defaultdict(set)
        for key, value in self._rows(query):
            groups[key].add(value)
        return groups


_BALANCES = """
    select q.request_id, sum(o.outstanding_amount)
    from current_write_off_requests q
    join marts.open_items o using (invoice_id, debtor_id)
    where o.item_kind in ('invoice', 'instalment', 'adjustment') and o.outstanding_amount > 0
    group by 1
"""
_DEBT_TYPES = """
    select i.invoice_id, s.debt_type
    from current_invoices i left join current_services s using (service_code)
"""
_OPEN_CREDITS = """
    select debtor_id, -sum(outstanding_amount) from marts.open_items
    where outstanding_amount < 0 group by 1
"""
_CREDITED_ON = """
    with undone as (
        select receipt_id, sum(amount) as amount from current_receipt_reversals group by 1
    ),
    came_in as (
        select coalesce(r.invoice_id, r.reference) as invoice_id, r.received_on as day, r.debtor_id
        from current_receipts r left join undone u using (receipt_id)
        where r.amount > coalesce(u.amount, 0)
        union all
        select invoice_id, credit_date, debtor_id from current_credit_notes
        union all
        select invoice_id, adjusted_on, debtor_id from current_adjustments where amount < 0
        union all
        select i.invoice_id, a.credited_on, i.debtor_id
        from marts.allocations a join current_invoices i using (invoice_id)
        where a.source_type != 'write_off' and a.allocated_amount > 0
    )
    select q.request_id, max(c.day)
    from current_write_off_requests q
    join came_in c
        on c.invoice_id = q.invoice_id and coalesce(c.debtor_id, q.debtor_id) = q.debtor_id
    group by 1
"""
_OBSTACLES = """
    with party as (
        select a.debtor_id, b.debtor_id as same_person_id
        from current_debtors a
        join current_debtors b on b.debtor_id = a.debtor_id or b.party_id = a.party_id
        union
        select debtor_id, debtor_id from current_holds
    ),
    holds_now as (
        from current_holds where ends_on is null or ends_on >= $day
    )
    select q.request_id, 'hold:' || h.hold_type
    from current_write_off_requests q
    join party p on p.same_person_id = q.debtor_id
    join holds_now h on h.debtor_id = p.debtor_id
    where h.hold_type != 'dispute'
    union all
    select q.request_id, 'dispute'
    from current_write_off_requests q
    join holds_now h on h.hold_type = 'dispute' and (
        h.invoice_id = q.invoice_id
        or (
            h.invoice_id is null and exists (
                from current_arrangement_invoices o
                where o.arrangement_id = h.arrangement_id and o.invoice_id = q.invoice_id
            )
        )
        or (h.invoice_id is null and h.arrangement_id is null and h.debtor_id = q.debtor_id)
    )
    union all
    select q.request_id, 'dispute'
    from current_write_off_requests q
    join current_disputes d
        on d.kind = 'dispute' and coalesce(d.resolved_on > $day, true)
        and (d.invoice_id = q.invoice_id or (d.invoice_id is null and d.debtor_id = q.debtor_id))
    union all
    select q.request_id, 'arrangement'
    from current_write_off_requests q
    join current_arrangement_invoices o using (invoice_id)
    join marts.arrangement_compliance c using (arrangement_id)
    where c.status = 'live'
    union all
    select q.request_id, 'placement'
    from current_write_off_requests q
    join current_agency_placements p using (invoice_id)
    where coalesce(p.closed_on > $day, true) and coalesce(p.recall_acknowledged_on > $day, true)
    union all
    select q.request_id, 'legal case'
    from current_write_off_requests q
    join current_legal_cases l using (invoice_id)
    where coalesce(l.closed_on > $day, true)
"""
_STAGES = f"select invoice_id, action_code from ({RECORDED_STAGES})"
