"""Calculates again what a request to write off must prove: limitation, insolvency, death, VAT.

The limitation period of the Limitation Act 1980 (policy `limitation_periods`) runs from the last
due day. Each part payment or written acknowledgment on or before its last day restarts it. After
it has expired nothing revives the debt.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import duckdb

from expectations.current_rows import Position
from expectations.month_arithmetic import months_before
from expectations.policy import PolicyTable, listed
from expectations.populations.recorded_stages import COUNTS

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Proofs:
    """What the ledger and the evidence prove about one request.

    Attributes:
        as_of: The day of the run.
        last_due_on: Last due day of the invoice; None where the invoice is not known.
        restarts: Days of part payments and acknowledgments, in order.
        is_judged: Whether a court gave judgment on the invoice.
        invoice_date: Its date; None where it is not known.
        order_held_on: Day of the insolvency order that a hold on the debtor shows.
        is_death_known: Whether the debtor has a date of death by `as_of`.
        direct_debit_on: Day of the debtor's last direct debit that was not reversed.
        vat_amount: Pounds of VAT on the invoice; None where it is not known.
        gross_amount: Pounds of the whole invoice.
        values: Value of each piece of evidence.
        party_type: Kind of party of the debtor; blank where it is not known.
        open_bands: Age bands in which something is open on the invoice.
        postings: Pounds and VAT of each write-off in the ledger for the request; VAT is None where
            none was posted.
    """

    as_of: date
    last_due_on: date | None = None
    restarts: tuple[date, ...] = ()
    is_judged: bool = False
    invoice_date: date | None = None
    order_held_on: date | None = None
    is_death_known: bool = False
    direct_debit_on: date | None = None
    vat_amount: Decimal | None = None
    gross_amount: Decimal | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    party_type: str = ""
    open_bands: tuple[str, ...] = ()
    postings: tuple[tuple[Decimal, Decimal | None], ...] = ()


def last_day_of_limitation(proofs: Proofs, debt_type: str, periods: PolicyTable) -> date | None:
    """The last day on which the debt can be sued for; None where policy gives no period."""
    if proofs.last_due_on is None:
        return None
    due_on = proofs.last_due_on
    name = _figure(periods, due_on, "period", debt_type)
    years = _figure(periods, due_on, name, debt_type) if name else ""
    if not years:
        return None
    last_day = months_before(due_on, -12 * int(years))
    for day in sorted(each for each in proofs.restarts if each > due_on):
        restart = periods.row(day, "restart_years", "").get("value", "")
        if day > last_day:
            break
        if restart:
            last_day = max(last_day, months_before(day, -12 * int(restart)))
    return last_day


def _figure(periods: PolicyTable, on: date, key: str, debt_type: str) -> str:
    own = periods.row(on, key, debt_type)
    return (own or periods.row(on, key, "")).get("value", "")


def day_told(value: str) -> date | None:
    """The day in a piece of evidence written like 2026-06-30; None where there is none."""
    text = value.strip()
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def vat_in(amount: Decimal, proofs: Proofs) -> Decimal | None:
    """VAT, in pounds, in part of an invoice, rounded half up; None if the invoice is unknown."""
    if proofs.vat_amount is None or not proofs.gross_amount:
        return None
    share = amount * proofs.vat_amount / proofs.gross_amount
    return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


class ProofsOnFile:
    """The proofs of every request; each fact is read once for all of them."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, position: Position, periods: PolicyTable
    ) -> None:
        """Reads what all the requests need.

        Args:
            con: The warehouse, with the current rows and the receipts calculated from them.
            position: The day of the run and the day up to which known rows count.
            periods: Policy `limitation_periods`, which names the payment methods that do not
                restart the period.
        """
        self._as_of = position.as_of
        day = {"day": position.as_of}
        self._invoices = {row[0]: row[1:] for row in con.execute(_INVOICES).fetchall()}
        self._restarts: dict[str, set[date]] = defaultdict(set)
        for invoice_id, on, method in con.execute(_RESTARTS).fetchall():
            silent = periods.row(on, "methods_that_do_not_restart", "").get("value", "")
            if method not in listed(silent):
                self._restarts[invoice_id].add(on)
        self._judged = {row[0] for row in con.execute(_JUDGED, day).fetchall()}
        self._orders = dict(con.execute(_ORDERS).fetchall())
        self._dead = {row[0] for row in con.execute(_DEAD, day).fetchall()}
        self._direct_debits = dict(con.execute(_DIRECT_DEBITS).fetchall())
        self._party_types = dict(con.execute(_PARTY_TYPES).fetchall())
        self._open_bands: dict[tuple[str, str], set[str]] = defaultdict(set)
        for invoice_id, debtor_id, band in con.execute(_OPEN_BANDS).fetchall():
            self._open_bands[invoice_id, debtor_id].add(band)
        self._postings: dict[str, list[tuple[Decimal, Decimal | None]]] = defaultdict(list)
        for request_id, amount, vat in con.execute(_POSTINGS).fetchall():
            self._postings[request_id].append((amount, vat))
        self._values: dict[str, dict[str, str]] = defaultdict(dict)
        for request_id, key, value in con.execute(_VALUES).fetchall():
            self._values[request_id][key] = value

    def of(self, request_id: str, invoice_id: str, debtor_id: str) -> Proofs:
        """The proofs of one request."""
        due_on, dated_on, vat, gross = self._invoices.get(invoice_id, (None,) * 4)
        return Proofs(
            self._as_of,
            due_on,
            tuple(sorted(self._restarts.get(invoice_id, ()))),
            invoice_id in self._judged,
            dated_on,
            self._orders.get(debtor_id),
            debtor_id in self._dead,
            self._direct_debits.get(debtor_id),
            vat,
            gross,
            self._values[request_id],
            self._party_types.get(debtor_id) or "",
            tuple(sorted(self._open_bands.get((invoice_id, debtor_id), ()))),
            tuple(self._postings.get(request_id, ())),
        )


# Only the part of a large ledger that the requests concern is read.
_INVOICES_ASKED = "(select invoice_id from current_write_off_requests)"
_DEBTORS_ASKED = "(select debtor_id from current_write_off_requests)"
_INVOICES = f"""
    with open_dues as (
        select invoice_id, max(due_date) as due_on
        from marts.open_items
        where item_kind in ('invoice', 'instalment') group by 1
    )
    select i.invoice_id, coalesce(o.due_on, i.due_date), i.invoice_date, i.vat_amount,
        i.gross_amount
    from current_invoices i left join open_dues o using (invoice_id)
    where i.invoice_id in {_INVOICES_ASKED}
"""
_RESTARTS = f"""
    with acknowledged as (
        select action_id, debtor_id, invoice_id, acted_on from current_case_actions
        where action_code = 'acknowledgment' and {COUNTS}
    )
    select a.invoice_id, a.credited_on, r.method
    from marts.allocations a
    join current_receipts r on a.source_type = 'receipt' and a.source_id = r.receipt_id
    where a.allocation_rule != 'oldest_first' and a.invoice_id in {_INVOICES_ASKED}
    union
    select i.invoice_id, k.acted_on, ''
    from acknowledged k
    left join current_case_action_invoices l using (action_id)
    join current_invoices i
        on i.debtor_id = k.debtor_id and i.invoice_id in (k.invoice_id, l.invoice_id)
    where i.invoice_id in {_INVOICES_ASKED}
"""
_JUDGED = "select invoice_id from current_legal_cases where judgment_on <= $day"
_ORDERS = """
    with persons as (
        select debtor_id, coalesce(nullif(party_id, ''), 'account ' || debtor_id) as person
        from current_debtors
        union
        select debtor_id, 'account ' || debtor_id from current_holds
    )
    select reached.debtor_id, max(h.order_date)
    from current_holds h
    join persons named on named.debtor_id = h.debtor_id
    join persons reached on reached.person = named.person
    where h.hold_type = 'insolvency' and h.order_date is not null
    group by 1
"""
_DEAD = "select debtor_id from current_debtors where date_of_death <= $day"
_DIRECT_DEBITS = f"""
    with undone as (
        select receipt_id, sum(amount) as amount from current_receipt_reversals group by 1
    )
    select r.debtor_id, max(r.received_on)
    from inbound_receipts r
    join current_receipts s using (receipt_id)
    left join undone u using (receipt_id)
    where s.method = 'direct_debit' and r.amount > coalesce(u.amount, 0)
        and r.debtor_id in {_DEBTORS_ASKED}
    group by 1
"""
_PARTY_TYPES = f"""
    select debtor_id, party_type from current_debtors where debtor_id in {_DEBTORS_ASKED}
"""
_OPEN_BANDS = f"""
    select distinct invoice_id, debtor_id, coalesce(age_band, '') from marts.open_items
    where invoice_id in {_INVOICES_ASKED}
        and coalesce(age_band, '') != 'unallocated_credit'
"""
_POSTINGS = """
    select request_id, amount, vat_amount from current_write_offs
    where request_id is not null order by write_off_id
"""
_VALUES = """
    select request_id, evidence_key, evidence_value from current_write_off_evidence
    where evidence_value is not null
"""
