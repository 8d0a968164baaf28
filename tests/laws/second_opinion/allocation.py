"""Which credit settles which debit, step by step with running rests."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from tests.laws.second_opinion.agreements import (
    arrangement_in_force,
    invoices_of,
    offered_invoices,
)
from tests.laws.second_opinion.policy import Policy
from tests.laws.second_opinion.records import AllocationRow, Books, Refund
from tests.laws.second_opinion.sides import NOUGHT, Credit, Debit, credits_in_turn, debits


@dataclass(frozen=True)
class Allocation:
    """What one credit gave to one debit item under one rule."""

    credit: Credit
    debit: Debit
    rule: str
    amount: Decimal


@dataclass
class Ledger:
    """Both sides, and what was set against what.

    Attributes:
        debits: every debit item, earliest due first.
        credits: every credit, in the order in which they take their turn.
        settled: pounds by credit, debit and rule (positions in the two lists, name of the rule).
        refunds_left: what each refund has not found in an open credit, by refund id.
        refund_debtors: whose refund it is: its receipt's debtor, whatever it names (blank in
            suspense), else the debtor that it names.
    """

    debits: list[Debit]
    credits: list[Credit]
    settled: dict[tuple[int, int, str], Decimal] = field(default_factory=dict)
    refunds_left: dict[str, Decimal] = field(default_factory=dict)
    refund_debtors: dict[str, str | None] = field(default_factory=dict)

    @property
    def receipts(self) -> list[Credit]:
        """The receipts among the credits, in their turn."""
        return [credit for credit in self.credits if credit.source_type == "receipt"]

    @property
    def allocations(self) -> list[Allocation]:
        """One for each credit, debit item and rule."""
        return [
            Allocation(self.credits[credit], self.debits[debit], rule, amount)
            for (credit, debit, rule), amount in self.settled.items()
        ]

    def receipt(self, receipt_id: str) -> Credit:
        """The receipt of that id."""
        return next(each for each in self.receipts if each.source_id == receipt_id)

    def invoice_of_receipt(self, receipt_id: str | None) -> str | None:
        """The invoice that a receipt names or that its reference is."""
        if receipt_id is None:
            return None
        receipt = self.receipt(receipt_id)
        return receipt.invoice_id or receipt.referenced_invoice_id

    def effect_of(self, refund: Refund) -> Decimal:
        """The refund's amount; of a receipt in suspense only what was left there."""
        if self.refund_debtors[refund.refund_id] is not None:
            return refund.amount
        return refund.amount - self.refunds_left[refund.refund_id]

    def items_of(self, invoice_ids: Iterable[str]) -> list[Debit]:
        """The debit items that belong to these invoices, adjustments included."""
        wanted = set(invoice_ids)
        return [debit for debit in self.debits if debit.part_of in wanted]

    def settle(
        self, credit: Credit, items: Iterable[Debit], rule: str, limit: Decimal | None = None
    ) -> Decimal:
        """Sets a credit against items of its own debtor, in their order; returns what was set."""
        before = credit.rest
        for item in items:
            if item.debtor_id != credit.debtor_id:
                continue
            still = credit.rest if limit is None else min(credit.rest, limit - before + credit.rest)
            amount = min(still, item.outstanding)
            if amount > 0:
                self._set(credit, item, rule, amount)
        return before - credit.rest

    def _set(self, credit: Credit, item: Debit, rule: str, amount: Decimal) -> None:
        credit.rest -= amount
        item.outstanding -= amount
        place = _place(self.credits, credit), _place(self.debits, item), rule
        self.settled[place] = self.settled.get(place, NOUGHT) + amount


def _place(side: list[Credit] | list[Debit], wanted: Credit | Debit) -> int:
    return next(place for place, each in enumerate(side) if each is wanted)


def allocate(books: Books, policy: Policy) -> Ledger:
    """The six steps, with refunds between step 3 and step 4 and after step 5."""
    ledger = Ledger(debits(books), credits_in_turn(books))
    _step_1_rows_of_the_feed(books, ledger)
    _step_2_named_invoices(books, ledger)
    _step_3_references(books, ledger)
    _references_that_are_debtors(books, ledger)
    _refunds_of_named_receipts(books, ledger)
    _step_4_arrangement_in_force(books, ledger)
    if policy.unreferenced_receipts == "oldest_first":
        _step_5_oldest_first(ledger)
    _refunds_of_open_credits(books, ledger)
    return ledger


def _step_1_rows_of_the_feed(books: Books, ledger: Ledger) -> None:
    credits = {(credit.source_type, credit.source_id): credit for credit in ledger.credits}
    in_order = sorted(
        books.allocations,
        key=lambda row: (row.instalment_no is None, row.allocated_on, row.allocation_id),
    )
    for row in in_order:
        credit = credits.get((row.source_type, row.source_id))
        if credit is not None and row.invoice_id in books.invoices:
            _take_row(books, ledger, row, credit)


def _take_row(books: Books, ledger: Ledger, row: AllocationRow, credit: Credit) -> None:
    """Cuts a row first to its credit, then to its debit; what that refuses is not offered again."""
    debtor_id = books.invoices[row.invoice_id].debtor_id
    if credit.debtor_id not in (None, debtor_id):
        return
    items = [
        item
        for item in ledger.items_of([row.invoice_id])
        if row.instalment_no is None or item.instalment_no == row.instalment_no
    ]
    if not items:
        return
    offered = max(NOUGHT, min(row.amount, credit.left_for_rows))
    credit.left_for_rows -= offered
    named_debtor, credit.debtor_id = credit.debtor_id, debtor_id
    if ledger.settle(credit, items, "feed", offered) > 0:
        credit.is_spoken_for = True
    else:
        credit.debtor_id = named_debtor


def _step_2_named_invoices(books: Books, ledger: Ledger) -> None:
    for credit in ledger.credits:
        if credit.invoice_id is None:
            continue
        credit.is_spoken_for = True
        invoice = books.invoices.get(credit.invoice_id)
        if invoice is not None:
            credit.debtor_id = credit.debtor_id or invoice.debtor_id
            ledger.settle(credit, ledger.items_of([invoice.invoice_id]), "named")


def _step_3_references(books: Books, ledger: Ledger) -> None:
    referring = [each for each in ledger.receipts if each.invoice_id is None and each.reference]
    for receipt in referring:
        invoice = books.invoices.get(receipt.reference or "")
        if invoice is not None and receipt.debtor_id in (None, invoice.debtor_id):
            receipt.debtor_id = invoice.debtor_id
            receipt.referenced_invoice_id = invoice.invoice_id
            receipt.is_spoken_for = True
            ledger.settle(receipt, ledger.items_of([invoice.invoice_id]), "reference")
    for receipt in referring:
        arrangement = books.arrangements.get(receipt.reference or "")
        if arrangement is not None and receipt.debtor_id in (None, arrangement.debtor_id):
            receipt.debtor_id = arrangement.debtor_id
            receipt.is_spoken_for = True
            offered = offered_invoices(books, arrangement)
            ledger.settle(receipt, ledger.items_of(offered), "reference")


def _references_that_are_debtors(books: Books, ledger: Ledger) -> None:
    for receipt in ledger.receipts:
        if (
            receipt.debtor_id is None
            and receipt.invoice_id is None
            and receipt.reference in books.debtors
            and receipt.reference not in books.invoices
            and receipt.reference not in books.arrangements
        ):
            receipt.debtor_id = receipt.reference


def _step_4_arrangement_in_force(books: Books, ledger: Ledger) -> None:
    for receipt in _unspoken_receipts(ledger):
        arrangement = arrangement_in_force(books, receipt.debtor_id or "")
        if arrangement is not None and receipt.dated >= arrangement.agreed_on:
            own = invoices_of(books, arrangement)
            ledger.settle(receipt, ledger.items_of(own), "arrangement")


def _step_5_oldest_first(ledger: Ledger) -> None:
    for receipt in _unspoken_receipts(ledger):
        ledger.settle(receipt, ledger.debits, "oldest_first")


def _unspoken_receipts(ledger: Ledger) -> list[Credit]:
    return [
        receipt
        for receipt in ledger.receipts
        if receipt.debtor_id is not None and not receipt.is_spoken_for
    ]


def _refunds_in_turn(books: Books) -> list[Refund]:
    return sorted(books.refunds, key=lambda refund: (refund.refunded_on, refund.refund_id))


def _refunds_of_named_receipts(books: Books, ledger: Ledger) -> None:
    for refund in _refunds_in_turn(books):
        ledger.refunds_left[refund.refund_id] = refund.amount
        ledger.refund_debtors[refund.refund_id] = refund.debtor_id
        if refund.receipt_id is None:
            continue
        receipt = ledger.receipt(refund.receipt_id)
        ledger.refund_debtors[refund.refund_id] = receipt.debtor_id
        _pay_out(ledger, refund, receipt)


def _refunds_of_open_credits(books: Books, ledger: Ledger) -> None:
    for refund in _refunds_in_turn(books):
        debtor_id = ledger.refund_debtors[refund.refund_id]
        if debtor_id is None:
            continue
        for credit in ledger.credits:
            if credit.debtor_id == debtor_id:
                _pay_out(ledger, refund, credit)


def _pay_out(ledger: Ledger, refund: Refund, credit: Credit) -> None:
    amount = max(NOUGHT, min(credit.rest, ledger.refunds_left[refund.refund_id]))
    credit.rest -= amount
    ledger.refunds_left[refund.refund_id] -= amount
