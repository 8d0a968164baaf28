"""The cash office: receipts with their references, reversals, refunds, allocations, suspense."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from ingestion.simulator.accounts import Arrangement, Debtor, Invoice, Receipt
from ingestion.simulator.bank import Bank
from ingestion.simulator.books import Books
from ingestion.simulator.chance import Chance
from ingestion.simulator.nominal import SUSPENSE
from ingestion.simulator.writer import Cell


class Quote(Enum):
    """What a payment quotes: whether it names debtor and invoice, and its reference."""

    NAMED = (True, True, "invoice")
    NAMED_ONLY = (False, True, "")
    REFERENCE = (True, False, "invoice")
    BARE_REFERENCE = (False, False, "invoice")
    ARRANGEMENT = (True, False, "arrangement")
    BARE_ARRANGEMENT = (False, False, "arrangement")
    DEBTOR = (True, False, "")
    ALLOCATED = (True, False, "left to the allocations feed")
    BARE_DEBTOR = (False, False, "debtor")
    MISQUOTED = (True, False, "wrong")
    LOST_MISQUOTED = (False, False, "wrong")
    LOST = (False, False, "nothing")

    @property
    def finds_invoice(self) -> bool:
        """True if it identifies one invoice."""
        return self.value[1] or self.value[2] == "invoice" or self is Quote.ALLOCATED

    @property
    def is_lost(self) -> bool:
        """True if nothing identifies it."""
        return self in (Quote.LOST, Quote.LOST_MISQUOTED)


_BANKED_ELSEWHERE: Final = "adult_social_care"
_REVERSED_AT_BANK: Final = {
    "dd_unpaid": "unpaid_direct_debit",
    "dd_indemnity": "indemnity_claim",
    "chargeback": "chargeback",
    "bounced_cheque": "returned_cheque",
}


class Cashier:
    """Records receipts, reversals and refunds."""

    def __init__(self, books: Books, bank: Bank, chance: Chance) -> None:
        self._books = books
        self._bank = bank
        self._chance = chance

    def take(
        self,
        debtor: Debtor,
        amount: Decimal,
        method: str,
        quote: Quote,
        *,
        invoice: Invoice | None = None,
        arrangement: Arrangement | None = None,
        dated: date | None = None,
    ) -> Receipt:
        """Records a payment; the row shows debtor and invoice only if the payment quotes them."""
        day = dated or self._books.today
        receipt_id = self._books.number("R", 7)
        row = self._quoted(debtor, quote, invoice, arrangement)
        care = invoice is not None and invoice.service.debt_type == _BANKED_ELSEWHERE
        account, batch, transaction = self._bank.pay_in(
            receipt_id,
            amount,
            method,
            "CARE" if care else "INCOME",
            day,
            str(row["reference"] or receipt_id),
        )
        record = self._books.note(
            "receipts",
            receipt_id=receipt_id,
            received_on=day,
            amount=amount,
            method=method,
            payer_name=None if method in ("cash", "post_office") else debtor.name.upper(),
            bank_account=account,
            paying_in_batch_id=batch,
            **row,
        )
        ledger = SUSPENSE if quote.is_lost else debtor.account
        self._books.post(ledger, day, -amount)
        receipt = Receipt(record, amount, ledger, day)
        if not quote.is_lost:
            debtor.credited = True
            self._apply(receipt, _targets(debtor, quote, invoice, arrangement))
        if transaction and self._chance.happens(0.12):
            self._match(transaction, receipt)
        return receipt

    def reverse(self, receipt: Receipt, reason: str, amount: Decimal | None = None) -> None:
        """Reverses a receipt, in full unless an amount is given."""
        today = self._books.today
        amount = receipt.amount if amount is None else amount
        self._books.note(
            "receipt_reversals",
            reversal_id=self._books.number("RV"),
            receipt_id=receipt.receipt_id,
            reversed_on=today,
            amount=amount,
            reason_code=reason,
        )
        self._books.post(receipt.account, today, amount)
        account = receipt.record["bank_account"]
        if account and reason in _REVERSED_AT_BANK:
            self._bank.pay_out(amount, str(account), receipt.receipt_id, _REVERSED_AT_BANK[reason])
        _unapply(receipt, max(Decimal(0), amount - receipt.unused))
        receipt.amount -= amount

    def refund(self, debtor: Debtor | None, receipt: Receipt | None, amount: Decimal) -> None:
        """Refunds a receipt or a debtor's credit."""
        today = self._books.today
        refund_id = self._books.number("RF")
        self._books.note(
            "refunds",
            refund_id=refund_id,
            debtor_id=debtor.debtor_id if debtor else None,
            receipt_id=receipt.receipt_id if receipt else None,
            refunded_on=today,
            amount=amount,
            requested_by="O010",
            approved_by="O012",
        )
        ledger = receipt.account if receipt else debtor.account if debtor else SUSPENSE
        self._books.post(ledger, today, amount)
        self._bank.pay_out(amount, "INCOME", refund_id, "refund")

    def allocate(
        self,
        source_type: str,
        source_id: str,
        parts: Iterable[tuple[Invoice, int | None, Decimal]],
    ) -> None:
        """Allocates a receipt or a credit note to invoices or their instalments."""
        for invoice, instalment_no, amount in parts:
            self._books.note(
                "allocations",
                allocation_id=self._books.number("AL"),
                source_type=source_type,
                source_id=source_id,
                invoice_id=invoice.invoice_id,
                instalment_no=instalment_no,
                allocated_on=self._books.today,
                amount=amount,
            )

    def explain(self, receipt: Receipt, owner: str, note: str) -> None:
        """Writes a note on a receipt in suspense."""
        self._books.note(
            "suspense_notes",
            receipt_id=receipt.receipt_id,
            owner=owner,
            note=note,
            noted_on=self._books.today,
        )

    def identify(self, receipt: Receipt, debtor: Debtor, invoice: Invoice) -> None:
        """Takes a receipt out of suspense, with a new version that names debtor and invoice."""
        self._books.amend(receipt.record, debtor_id=debtor.debtor_id, invoice_id=invoice.invoice_id)
        self._books.post(SUSPENSE, receipt.received, receipt.amount)
        self._books.post(debtor.account, receipt.received, -receipt.amount)
        receipt.account = debtor.account
        debtor.credited = True
        self._apply(receipt, [invoice])

    def _apply(self, receipt: Receipt, targets: Iterable[Invoice]) -> None:
        left = receipt.amount
        for invoice in targets:
            used = invoice.reduce(left)
            if used:
                receipt.parts.append((invoice, used))
                left -= used

    def _quoted(
        self,
        debtor: Debtor,
        quote: Quote,
        invoice: Invoice | None,
        arrangement: Arrangement | None,
    ) -> dict[str, Cell]:
        has_debtor, has_invoice, reference = quote.value
        return {
            "debtor_id": debtor.debtor_id if has_debtor else None,
            "invoice_id": invoice.invoice_id if has_invoice and invoice else None,
            "reference": self._reference(reference, debtor, invoice, arrangement),
        }

    def _reference(
        self,
        kind: str,
        debtor: Debtor,
        invoice: Invoice | None,
        arrangement: Arrangement | None,
    ) -> str | None:
        if kind == "invoice" and invoice:
            return invoice.invoice_id
        if kind == "arrangement" and arrangement:
            return arrangement.arrangement_id
        if kind == "debtor":
            return debtor.debtor_id
        if kind == "wrong":
            known = invoice.invoice_id if invoice else debtor.debtor_id
            return self._chance.choice((known[1:], f"INV{known}", known[:-1], "COUNCIL BILL"))
        return None

    def _match(self, transaction_id: str, receipt: Receipt) -> None:
        self._books.note(
            "bank_match_decisions",
            bank_transaction_id=transaction_id,
            receipt_id=receipt.receipt_id,
            decided_by=self._chance.choice(("O009", "O010", "O011")),
            decided_on=self._books.today,
            reason="Same day, amount and payer",
        )


def _targets(
    debtor: Debtor, quote: Quote, invoice: Invoice | None, arrangement: Arrangement | None
) -> list[Invoice]:
    """Returns the invoices that a payment settles, in order."""
    if quote.finds_invoice:
        return [invoice] if invoice else []
    chosen = arrangement.invoices if arrangement else debtor.open
    return sorted(chosen, key=lambda one: (one.due, one.dated, one.invoice_id))


def _unapply(receipt: Receipt, amount: Decimal) -> None:
    """Reopens what a receipt no longer pays, beginning with its last invoice."""
    while amount > 0 and receipt.parts:
        invoice, used = receipt.parts.pop()
        back = min(used, amount)
        invoice.reopen(back)
        amount -= back
        if used > back:
            receipt.parts.append((invoice, used - back))
