"""The write-off desk: requests with their evidence, decisions, postings, write-backs."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ingestion.simulator.accounts import Invoice, Record
from ingestion.simulator.books import Books
from ingestion.simulator.catalogue import ROLES, officers
from ingestion.simulator.diary import months_after
from ingestion.simulator.nominal import WRITE_OFFS
from ingestion.simulator.writer import Cell

_BANDS: Final = (
    ("A", Decimal("25.00"), "team_leader"),
    ("B", Decimal("1000.00"), "income_manager"),
    ("C", Decimal("5000.00"), "head_of_finance"),
    ("D", Decimal("10000.00"), "section_151"),
    ("E", Decimal("Infinity"), "cabinet"),
)
_MINUTE: Final = "CAB/EXAMPLE/1"
_REQUESTERS: Final = officers("officer", "Recovery")
_CHECKER: Final = officers("team_leader")[1].officer_id
_POSTER: Final = officers("officer", "Cash office")[0].officer_id


def band_of(aggregate: Decimal) -> tuple[str, str]:
    """Returns the authority band of an amount and the lowest role that may approve it."""
    return next((band, role) for band, up_to, role in _BANDS if aggregate <= up_to)


@dataclass(frozen=True, slots=True)
class Signatures:
    """The officers who act on a request; blank means the officer with the authority."""

    requester: str = _REQUESTERS[0].officer_id
    checker: str = _CHECKER
    approver: str = ""
    role: str = ""


@dataclass(slots=True)
class Request:
    """A write-off request and its state."""

    record: Record
    invoice: Invoice
    amount: Decimal
    reason: str
    aggregate: Decimal
    signatures: Signatures


class WriteOffDesk:
    """Takes requests from request to posting."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._batches: dict[str, tuple[Record, list[Record]]] = {}

    def request(
        self,
        invoice: Invoice,
        reason: str,
        evidence: Mapping[str, str],
        *,
        amount: Decimal | None = None,
        signatures: Signatures | None = None,
    ) -> Request:
        """Requests the write-off of an invoice's open amount, unless an amount is given."""
        signatures = signatures or Signatures()
        amount = invoice.owed if amount is None else amount
        today = self._books.today
        debtor = invoice.debtor
        debtor.settling = True
        debtor.requested.append((today, amount))
        request_id = self._books.number("WR", 5)
        record = self._books.note(
            "write_off_requests",
            request_id=request_id,
            invoice_id=invoice.invoice_id,
            debtor_id=debtor.debtor_id,
            amount=amount,
            reason_code=reason,
            requested_by=signatures.requester,
            requested_on=today,
        )
        for key, value in evidence.items():
            self._books.note(
                "write_off_evidence",
                request_id=request_id,
                evidence_key=key,
                evidence_value=value,
                dated_on=today,
            )
        return Request(record, invoice, amount, reason, _aggregate(invoice, today), signatures)

    def check(self, request: Request) -> None:
        """Records that an officer checked the evidence."""
        self._books.amend(request.record, checked_by=request.signatures.checker)

    def approve(self, request: Request, minute: str | None = None) -> None:
        """Approves a request, by default by the lowest role with the authority."""
        today = self._books.today
        band, lowest = band_of(request.aggregate)
        role = request.signatures.role or lowest
        person = request.signatures.approver or officers(role)[0].officer_id
        self._books.amend(
            request.record,
            approved_by=person,
            approver_role=role,
            approved_on=today,
            batch_id=f"{today:%Y%m%d}-{band}-{request.reason[0]}",
            minute_reference=_MINUTE if minute is None and role == ROLES[-1] else minute,
        )
        self._sign(request.record)

    def _sign(self, approved: Record) -> None:
        """Puts an approved request on the paper of its batch; a paper lists one day's requests."""
        batch_id = str(approved["batch_id"])
        if batch_id not in self._batches:
            paper = self._books.note(
                "write_off_papers",
                batch_id=batch_id,
                approved_by=approved["approved_by"],
                approved_on=approved["approved_on"],
                **_as_on_paper([approved]),
            )
            self._batches[batch_id] = paper, [approved]
            return
        paper, listed = self._batches[batch_id]
        listed.append(approved)
        self._books.amend(paper, **_as_on_paper(listed))

    def decline(self, request: Request) -> None:
        """Declines a request; the debt stays open."""
        request.invoice.debtor.settling = False
        self._books.amend(request.record, declined_on=self._books.today)

    def post(self, request: Request) -> Record:
        """Writes the debt off."""
        today = self._books.today
        invoice = request.invoice
        rate = invoice.service.vat_rate
        vat = (request.amount * rate / (100 + rate)).quantize(
            Decimal("0.01"), rounding=ROUND_HALF_UP
        )
        self._books.amend(request.record, posted_by=_POSTER)
        invoice.reduce(request.amount)
        self._books.post(invoice.debtor.account, today, -request.amount)
        self._books.post(WRITE_OFFS, today, request.amount)
        return self._books.note(
            "write_offs",
            write_off_id=self._books.number("WO", 5),
            request_id=request.record["request_id"],
            invoice_id=invoice.invoice_id,
            debtor_id=invoice.debtor.debtor_id,
            written_off_on=today,
            amount=request.amount,
            reason_code=request.reason,
            vat_amount=vat,
            posted_by=_POSTER,
        )

    def write_back(self, write_off: Record, invoice: Invoice, amount: Decimal) -> None:
        """Writes back all or part of a written-off debt."""
        today = self._books.today
        invoice.reopen(amount)
        self._books.post(invoice.debtor.account, today, amount)
        self._books.post(WRITE_OFFS, today, -amount)
        self._books.note(
            "write_backs",
            write_back_id=self._books.number("WB", 5),
            write_off_id=write_off["write_off_id"],
            written_back_on=today,
            amount=amount,
        )


def _as_on_paper(listed: Sequence[Record]) -> dict[str, Cell]:
    """Returns count, value and hash of the requests of a batch."""
    lines = "\n".join(
        f"{each['request_id']}|{each['invoice_id']}|{each['amount']:.2f}|{each['reason_code']}"
        for each in sorted(listed, key=lambda each: str(each["request_id"]))
    )
    return {
        "request_count": len(listed),
        "total_amount": sum((Decimal(str(each["amount"])) for each in listed), Decimal(0)),
        "content_sha256": hashlib.sha256(lines.encode()).hexdigest(),
    }


def _aggregate(invoice: Invoice, today: date) -> Decimal:
    """Returns the total of the debtor's requests of the last twelve months, including this one."""
    since = months_after(today, -12)
    requested = invoice.debtor.requested
    return sum((amount for day, amount in requested if day > since), Decimal(0))
