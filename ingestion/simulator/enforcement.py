"""Debts placed with a collection agency or taken to the county court."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ingestion.simulator.accounts import Invoice, Record
from ingestion.simulator.bank import Bank
from ingestion.simulator.books import Books
from ingestion.simulator.cashier import Cashier, Quote
from ingestion.simulator.catalogue import Agency

_NIL: Final = Decimal("0.00")
_ISSUE_FEES: Final = (
    (300, 35),
    (500, 50),
    (1000, 70),
    (1500, 80),
    (3000, 115),
    (5000, 205),
    (10000, 455),
)


def issue_fee(claim: Decimal) -> Decimal:
    """Returns the court fee for a claim; five per cent above 10,000.00 pounds."""
    for up_to, fee in _ISSUE_FEES:
        if claim <= up_to:
            return Decimal(fee).quantize(Decimal("0.01"))
    return (claim * 5 / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _per_cent(amount: Decimal, rate: Decimal) -> Decimal:
    return (amount * rate / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


class Enforcement:
    """Places debts with agencies, records their remittances, issues claims."""

    def __init__(self, books: Books, cashier: Cashier, bank: Bank) -> None:
        self._books = books
        self._cashier = cashier
        self._bank = bank

    def place(self, invoice: Invoice, agency: Agency) -> Record:
        """Places an invoice with an agency; the council does not pursue it meanwhile."""
        invoice.placed = True
        return self._books.note(
            "agency_placements",
            placement_id=self._books.number("PL", 5),
            invoice_id=invoice.invoice_id,
            agency_id=agency.agency_id,
            placed_on=self._books.today,
        )

    def collected(
        self,
        placement: Record,
        invoice: Invoice,
        agency: Agency,
        amount: Decimal,
        *,
        mistake: Decimal = _NIL,
        is_booked: bool = True,
    ) -> None:
        """Records an agency's collection; its commission is an outgoing payment.

        Args:
            placement: The placement.
            invoice: The invoice that is placed.
            agency: The agency that collected.
            amount: The amount that the debtor paid, in pounds.
            mistake: What the agency deducts above its commission with VAT, in pounds.
            is_booked: False if the cash office has not received the money.
        """
        commission = _per_cent(amount, agency.commission_rate)
        commission += _per_cent(commission, agency.vat_rate) + mistake
        line = self._books.number("AR", 5)
        self._books.note(
            "agency_remittances",
            remittance_line_id=line,
            agency_id=agency.agency_id,
            placement_id=placement["placement_id"],
            collected_on=self._books.today,
            gross_amount=amount,
            commission_amount=commission,
            net_amount=amount - commission,
            remitted_on=self._books.today,
        )
        if is_booked:
            self._cashier.take(invoice.debtor, amount, "agency", Quote.NAMED, invoice=invoice)
        self._bank.pay_out(commission, "INCOME", line, "agency_commission")

    def recall(self, placement: Record, invoice: Invoice | None) -> None:
        """Recalls a placement; if the invoice is given, the agency acknowledges it at once."""
        today = self._books.today
        if invoice:
            invoice.placed = False
        self._books.amend(
            placement, recalled_on=today, recall_acknowledged_on=today if invoice else None
        )

    def close(self, placement: Record, invoice: Invoice, outcome: str) -> None:
        """Closes a placement."""
        invoice.placed = False
        self._books.amend(placement, closed_on=self._books.today, outcome=outcome)

    def refer(self, invoice: Invoice) -> Record:
        """Refers an invoice to the legal team."""
        invoice.at_law = True
        return self._books.note(
            "legal_cases",
            case_id=self._books.number("LC", 5),
            invoice_id=invoice.invoice_id,
            referred_on=self._books.today,
        )

    def issue(self, case: Record, invoice: Invoice) -> None:
        """Issues the claim."""
        self._books.amend(
            case,
            claim_number=f"ZZ{case.text('case_id')}",
            issued_on=self._books.today,
            costs=issue_fee(invoice.owed),
        )

    def judge(self, case: Record, invoice: Invoice, enforcement: str | None) -> None:
        """Records the judgment and how it is enforced."""
        self._books.amend(
            case,
            judgment_on=self._books.today,
            judgment_amount=invoice.owed,
            enforcement=enforcement,
        )

    def end(self, case: Record, invoice: Invoice) -> None:
        """Closes the case."""
        invoice.at_law = False
        self._books.amend(case, closed_on=self._books.today)
