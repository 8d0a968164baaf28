"""How old each open item is, and that the months of the ledger add up."""

from calendar import isleap, monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.laws.second_opinion.allocation import Ledger
from tests.laws.second_opinion.holds import Held, is_disputed, is_held
from tests.laws.second_opinion.movements import Movement
from tests.laws.second_opinion.policy import Policy
from tests.laws.second_opinion.records import Books
from tests.laws.second_opinion.sides import NOUGHT, Credit, Debit

MartRow = dict[str, object]

COLUMN_OF = {
    "invoice": "invoices",
    "credit_note": "credit_notes",
    "receipt": "receipts",
    "receipt_reversal": "reversals",
    "refund": "refunds",
    "adjustment": "adjustments",
    "write_off": "write_offs",
    "write_back": "write_backs",
}


@dataclass(frozen=True)
class OpenItem:
    """An item with an open amount; credits are negative and have neither due date nor age."""

    item_id: str
    item_kind: str
    debtor_id: str
    invoice_id: str | None
    instalment_no: int | None
    debt_type: str | None
    service_code: str | None
    document_date: date
    due_date: date | None
    original_amount: Decimal
    outstanding_amount: Decimal
    days_past_due: int | None
    age_band: str
    is_disputed: bool
    is_held: bool


def anniversary(due: date, years: int) -> date:
    """The same day so many years on; 28 February for 29 February in other years."""
    year = due.year + years
    if (due.month, due.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return due.replace(year=year)


def age_band(due: date, as_of: date, policy: Policy) -> str:
    """Bands end in days at first, from one year on on anniversaries; both ends are inclusive."""
    for band, upper in policy.day_bands:
        if (as_of - due).days <= upper:
            return band
    for band, years in policy.year_bands:
        if as_of <= anniversary(due, years):
            return band
    return policy.oldest_band


def open_items(books: Books, ledger: Ledger, policy: Policy) -> list[OpenItem]:
    """Debits with something open, refunds that no credit covers, credits with something left."""
    owed = [debit for debit in ledger.debits if debit.outstanding != 0]
    return [
        *(
            _open_debit(books, debit, policy)
            for debit in [*owed, *_uncovered_refunds(books, ledger)]
        ),
        *(
            _open_credit(credit, credit.debtor_id)
            for credit in ledger.credits
            if credit.rest != 0 and credit.debtor_id is not None
        ),
    ]


def _uncovered_refunds(books: Books, ledger: Ledger) -> Iterator[Debit]:
    for refund in books.refunds:
        debtor_id = ledger.refund_debtors[refund.refund_id]
        left = ledger.refunds_left[refund.refund_id]
        if debtor_id is not None and left > 0:
            yield Debit(
                item_id=refund.refund_id,
                item_kind="refund",
                debtor_id=debtor_id,
                invoice_id=ledger.invoice_of_receipt(refund.receipt_id),
                part_of=None,
                instalment_no=None,
                debt_type=None,
                service_code=None,
                document_date=refund.refunded_on,
                due_date=refund.refunded_on,
                original_amount=refund.amount,
                outstanding=left,
            )


def _open_debit(books: Books, debit: Debit, policy: Policy) -> OpenItem:
    held = Held(debit.debtor_id, debit.part_of, debit.document_date)
    return OpenItem(
        item_id=debit.item_id,
        item_kind=debit.item_kind,
        debtor_id=debit.debtor_id,
        invoice_id=debit.invoice_id,
        instalment_no=debit.instalment_no,
        debt_type=debit.debt_type,
        service_code=debit.service_code,
        document_date=debit.document_date,
        due_date=debit.due_date,
        original_amount=debit.original_amount,
        outstanding_amount=debit.outstanding,
        days_past_due=(books.as_of - debit.due_date).days,
        age_band=age_band(debit.due_date, books.as_of, policy),
        is_disputed=is_disputed(books, held),
        is_held=is_held(books, held),
    )


def _open_credit(credit: Credit, debtor_id: str) -> OpenItem:
    kind = credit.source_type
    return OpenItem(
        item_id=credit.source_id,
        item_kind="adjustment" if kind == "adjustment" else f"unallocated_{kind}",
        debtor_id=debtor_id,
        invoice_id=credit.invoice_id or credit.referenced_invoice_id,
        instalment_no=None,
        debt_type=None,
        service_code=None,
        document_date=credit.dated,
        due_date=None,
        original_amount=-credit.counts_for,
        outstanding_amount=-credit.rest,
        days_past_due=None,
        age_band="unallocated_credit",
        is_disputed=False,
        is_held=False,
    )


def aged_debt(items: Iterable[OpenItem]) -> list[MartRow]:
    """Open items added up by debtor, debt type, service and band."""
    groups: dict[tuple[str, str | None, str | None, str], list[Decimal]] = defaultdict(list)
    for item in items:
        group = item.debtor_id, item.debt_type, item.service_code, item.age_band
        groups[group].append(item.outstanding_amount)
    return [
        {
            "debtor_id": debtor_id,
            "debt_type": debt_type,
            "service_code": service_code,
            "age_band": band,
            "outstanding_amount": sum(amounts, NOUGHT),
            "item_count": len(amounts),
        }
        for (debtor_id, debt_type, service_code, band), amounts in groups.items()
    ]


def suspense(books: Books, ledger: Ledger) -> list[MartRow]:
    """Receipts that nothing identifies, with what is neither reversed nor refunded of them."""
    return [
        {
            "receipt_id": receipt.source_id,
            "received_on": receipt.dated,
            "amount": receipt.rest,
            "days_in_suspense": (books.as_of - receipt.dated).days,
        }
        for receipt in ledger.receipts
        if receipt.debtor_id is None and receipt.rest != 0
    ]


def movement_proof(
    books: Books, ledger: Ledger, moved: Iterable[Movement], items: Iterable[OpenItem]
) -> list[MartRow]:
    """For each debt type and month: opening + movements = closing, the last as the open items say.

    Movements of receipts in suspense stay apart.
    """
    by_type: dict[str | None, list[tuple[date, str, Decimal]]] = defaultdict(list)
    for movement in moved:
        if movement.debtor_id is None:
            continue
        column = COLUMN_OF[movement.movement_type]
        for debt_type, amount in _by_debt_type(ledger, movement):
            by_type[debt_type].append((movement.effective_on, column, amount))
    open_by_type: dict[str | None, Decimal] = defaultdict(lambda: NOUGHT)
    for item in items:
        open_by_type[item.debt_type] += item.outstanding_amount
    return [
        row
        for debt_type, parts in by_type.items()
        for row in _months(books.as_of, debt_type, parts, open_by_type[debt_type])
    ]


def _by_debt_type(ledger: Ledger, movement: Movement) -> Iterator[tuple[str | None, Decimal]]:
    """A debit has its invoice's debt type; a credit is split over what it settles.

    What is open, refunded, reversed or without an invoice is blank, and so are the movements that
    reverse, write back or refund.
    """
    if movement.movement_type in ("receipt_reversal", "write_back", "refund"):
        yield None, movement.amount
        return
    if movement.amount > 0:
        yield _debt_type_of_a_charge(ledger, movement), movement.amount
        return
    rest = movement.amount
    for allocation in ledger.allocations:
        credit = allocation.credit
        if (credit.source_type, credit.source_id) == (movement.movement_type, movement.movement_id):
            rest += allocation.amount
            yield allocation.debit.debt_type, -allocation.amount
    if rest != 0:
        yield None, rest


def _debt_type_of_a_charge(ledger: Ledger, movement: Movement) -> str | None:
    """The debt type of the items that a charge gave rise to, which all have the same."""
    is_adjustment = movement.movement_type == "adjustment"
    return next(
        item.debt_type
        for item in ledger.debits
        if (item.item_kind == "adjustment") == is_adjustment
        and movement.movement_id == (item.item_id if is_adjustment else item.invoice_id)
    )


def _months(
    as_of: date,
    debt_type: str | None,
    parts: list[tuple[date, str, Decimal]],
    open_now: Decimal,
) -> Iterator[MartRow]:
    opening = NOUGHT
    start = min(day for day, _, _ in parts).replace(day=1)
    while start <= as_of:
        month_end = start.replace(day=monthrange(start.year, start.month)[1])
        end = min(month_end, as_of)
        moved = dict.fromkeys(COLUMN_OF.values(), NOUGHT)
        for day, column, amount in parts:
            if start <= day <= end:
                moved[column] += amount
        reached = opening + sum(moved.values(), NOUGHT)
        closing = open_now if end == as_of else reached
        yield {
            "period_start": start,
            "period_end": end,
            "debt_type": debt_type,
            "opening_balance": opening,
            **moved,
            "closing_balance": closing,
            "difference": reached - closing,
        }
        opening = reached
        start = month_end + timedelta(days=1)
