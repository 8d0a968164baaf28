"""Every movement of the ledger, signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.laws.second_opinion.allocation import Ledger
from tests.laws.second_opinion.records import Books, Lineage


@dataclass(frozen=True)
class Movement:
    """One movement: a debit is positive, a credit negative."""

    movement_id: str
    movement_type: str
    debtor_id: str | None
    invoice_id: str | None
    effective_on: date
    amount: Decimal
    lineage: Lineage


def movements(books: Books, ledger: Ledger) -> list[Movement]:
    """All movements of the day; those of a receipt in suspense have a blank debtor."""
    return [
        *_charges(books),
        *_reliefs(books),
        *(movement for movement in _cash(books, ledger) if movement.amount != 0),
    ]


def _charges(books: Books) -> Iterator[Movement]:
    for i in books.invoices.values():
        yield Movement(
            i.invoice_id,
            "invoice",
            i.debtor_id,
            i.invoice_id,
            i.invoice_date,
            i.gross_amount,
            i.lineage,
        )
    for a in books.adjustments:
        yield Movement(
            a.adjustment_id,
            "adjustment",
            a.debtor_id,
            a.invoice_id,
            a.adjusted_on,
            a.amount,
            a.lineage,
        )


def _reliefs(books: Books) -> Iterator[Movement]:
    for n in books.credit_notes.values():
        yield Movement(
            n.credit_note_id,
            "credit_note",
            n.debtor_id,
            n.invoice_id,
            n.credit_date,
            -n.gross_amount,
            n.lineage,
        )
    for w in books.write_offs.values():
        yield Movement(
            w.write_off_id,
            "write_off",
            w.debtor_id,
            w.invoice_id,
            w.written_off_on,
            -w.amount,
            w.lineage,
        )
    for b in books.write_backs:
        written_off = books.write_offs[b.write_off_id]
        yield Movement(
            b.write_back_id,
            "write_back",
            written_off.debtor_id,
            written_off.invoice_id,
            b.written_back_on,
            b.amount,
            b.lineage,
        )


def _cash(books: Books, ledger: Ledger) -> Iterator[Movement]:
    """Receipts, and what was reversed or refunded of them, with their receipt's invoice."""
    found = {receipt.source_id: receipt for receipt in ledger.receipts}
    for r in books.receipts.values():
        yield Movement(
            r.receipt_id,
            "receipt",
            found[r.receipt_id].debtor_id,
            ledger.invoice_of_receipt(r.receipt_id),
            r.received_on,
            -r.amount,
            r.lineage,
        )
    for v in books.reversals:
        yield Movement(
            v.reversal_id,
            "receipt_reversal",
            found[v.receipt_id].debtor_id,
            ledger.invoice_of_receipt(v.receipt_id),
            v.reversed_on,
            v.amount,
            v.lineage,
        )
    for f in books.refunds:
        yield Movement(
            f.refund_id,
            "refund",
            ledger.refund_debtors[f.refund_id],
            ledger.invoice_of_receipt(f.receipt_id),
            f.refunded_on,
            ledger.effect_of(f),
            f.lineage,
        )
