"""The two sides of the ledger before anything is allocated: debit items and credits."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.laws.second_opinion.records import Adjustment, Books, Invoice, InvoiceInstalment, Receipt

NOUGHT = Decimal("0.00")

CREDITS_OF_ONE_DAY = ("write_off", "credit_note", "adjustment", "receipt")
"""On one day write-offs come first, then credit notes, adjustments, receipts."""


@dataclass
class Debit:
    """Something owed: an invoice, an instalment of one, or a positive adjustment.

    Attributes:
        invoice_id: the invoice that it names.
        part_of: the invoice that it belongs to: the one it names, if that is its own debtor's.
    """

    item_id: str
    item_kind: str
    debtor_id: str
    invoice_id: str | None
    part_of: str | None
    instalment_no: int | None
    debt_type: str | None
    service_code: str | None
    document_date: date
    due_date: date
    original_amount: Decimal
    outstanding: Decimal

    @property
    def oldest_first(self) -> tuple[date, date, str, int, str]:
        """Earliest due date first, then invoice date, then id (instalments by their number)."""
        own_id = self.item_id if self.invoice_id is None else self.invoice_id
        if self.item_kind == "adjustment":
            own_id = self.item_id
        return self.due_date, self.document_date, own_id, self.instalment_no or 0, self.item_kind


@dataclass
class Credit:
    """Something that settles debits: what it counts for, and what it has left.

    Attributes:
        invoice_id: the invoice that it names.
        referenced_invoice_id: the invoice that its reference is, found in step 3.
        counts_for: its amount less its reversals or write-backs; below nought if they exceed it.
        rest: what is not yet allocated or refunded.
        left_for_rows: what step 1 may still offer from it.
        is_spoken_for: it has an allocation row with effect, names an invoice, or its reference is
            one or an arrangement; its rest then stays an open credit.
    """

    source_type: str
    source_id: str
    debtor_id: str | None
    invoice_id: str | None
    dated: date
    counts_for: Decimal
    rest: Decimal
    left_for_rows: Decimal
    reference: str | None = None
    referenced_invoice_id: str | None = None
    is_spoken_for: bool = False

    @property
    def turn(self) -> tuple[date, int, str]:
        """Within a step credits go by date, then by kind, then by id."""
        return self.dated, CREDITS_OF_ONE_DAY.index(self.source_type), self.source_id


def due_date_for_ageing(books: Books, invoice: Invoice) -> date:
    """The due date of the first invoice of the chain that this one replaces.

    The chain follows ``replaces_invoice_id`` as long as that invoice is in the set and of the same
    debtor. A chain that bites its tail has no first invoice: the invoice keeps its own due date.
    """
    met = {invoice.invoice_id}
    first = invoice
    while first.replaces_invoice_id is not None:
        replaced = books.invoices.get(first.replaces_invoice_id)
        if replaced is None or replaced.debtor_id != invoice.debtor_id:
            break
        if replaced.invoice_id in met:
            return invoice.due_date
        met.add(replaced.invoice_id)
        first = replaced
    return first.due_date


def debt_type_of(books: Books, invoice: Invoice | None) -> str | None:
    """The debt type of the invoice's service; blank without invoice or service."""
    if invoice is None or invoice.service_code not in books.services:
        return None
    return books.services[invoice.service_code].debt_type


def own_invoice(books: Books, adjustment: Adjustment) -> Invoice | None:
    """The invoice that an adjustment names; naming another debtor's has no effect."""
    invoice = books.invoices.get(adjustment.invoice_id or "")
    return invoice if invoice and invoice.debtor_id == adjustment.debtor_id else None


def debits(books: Books) -> list[Debit]:
    """Every debit item of the day, earliest due first."""
    items = [item for invoice in books.invoices.values() for item in _invoice_items(books, invoice)]
    items += _positive_adjustments(books)
    return sorted(items, key=lambda item: item.oldest_first)


def instalments_in_force(books: Books, invoice: Invoice) -> list[InvoiceInstalment]:
    """The invoice's instalments; none when they do not add up to its gross."""
    own = [each for each in books.invoice_instalments if each.invoice_id == invoice.invoice_id]
    if sum((each.amount for each in own), NOUGHT) != invoice.gross_amount:
        return []
    return sorted(own, key=lambda each: each.instalment_no)


def _invoice_items(books: Books, invoice: Invoice) -> list[Debit]:
    parts = instalments_in_force(books, invoice)
    if not parts:
        due = due_date_for_ageing(books, invoice)
        return [_item_of(books, invoice, None, due, invoice.gross_amount)]
    return [
        _item_of(books, invoice, part.instalment_no, part.due_date, part.amount) for part in parts
    ]


def _item_of(
    books: Books, invoice: Invoice, number: int | None, due: date, amount: Decimal
) -> Debit:
    return Debit(
        item_id=invoice.invoice_id if number is None else f"{invoice.invoice_id}/{number}",
        item_kind="invoice" if number is None else "instalment",
        debtor_id=invoice.debtor_id,
        invoice_id=invoice.invoice_id,
        part_of=invoice.invoice_id,
        instalment_no=number,
        debt_type=debt_type_of(books, invoice),
        service_code=invoice.service_code,
        document_date=invoice.invoice_date,
        due_date=due,
        original_amount=amount,
        outstanding=amount,
    )


def _positive_adjustments(books: Books) -> list[Debit]:
    items = []
    for adjustment in books.adjustments:
        if adjustment.amount > 0:
            invoice = own_invoice(books, adjustment)
            items.append(
                Debit(
                    item_id=adjustment.adjustment_id,
                    item_kind="adjustment",
                    debtor_id=adjustment.debtor_id,
                    invoice_id=adjustment.invoice_id,
                    part_of=invoice.invoice_id if invoice else None,
                    instalment_no=None,
                    debt_type=debt_type_of(books, invoice),
                    service_code=invoice.service_code if invoice else None,
                    document_date=adjustment.adjusted_on,
                    due_date=adjustment.adjusted_on,
                    original_amount=adjustment.amount,
                    outstanding=adjustment.amount,
                )
            )
    return items


def credits_in_turn(books: Books) -> list[Credit]:
    """Every credit of the day in the order in which credits go within a step."""
    reversed_of: dict[str, Decimal] = defaultdict(lambda: NOUGHT)
    for reversal in books.reversals:
        reversed_of[reversal.receipt_id] += reversal.amount
    written_back: dict[str, Decimal] = defaultdict(lambda: NOUGHT)
    for write_back in books.write_backs:
        written_back[write_back.write_off_id] += write_back.amount

    credits = [
        _credit(
            "write_off",
            w.write_off_id,
            w.debtor_id,
            w.invoice_id,
            w.written_off_on,
            w.amount - written_back[w.write_off_id],
        )
        for w in books.write_offs.values()
    ]
    credits += [
        _credit(
            "credit_note",
            n.credit_note_id,
            n.debtor_id,
            n.invoice_id,
            n.credit_date,
            n.gross_amount,
        )
        for n in books.credit_notes.values()
    ]
    credits += [
        _credit("adjustment", a.adjustment_id, a.debtor_id, a.invoice_id, a.adjusted_on, -a.amount)
        for a in books.adjustments
        if a.amount < 0
    ]
    credits += [_receipt(r, reversed_of[r.receipt_id]) for r in books.receipts.values()]
    return sorted(credits, key=lambda credit: credit.turn)


def _receipt(receipt: Receipt, reversed_amount: Decimal) -> Credit:
    credit = _credit(
        "receipt",
        receipt.receipt_id,
        receipt.debtor_id,
        receipt.invoice_id,
        receipt.received_on,
        receipt.amount - reversed_amount,
    )
    credit.reference = receipt.reference
    return credit


def _credit(
    source_type: str,
    source_id: str,
    debtor_id: str | None,
    invoice_id: str | None,
    dated: date,
    counts_for: Decimal,
) -> Credit:
    return Credit(
        source_type, source_id, debtor_id, invoice_id, dated, counts_for, counts_for, counts_for
    )
