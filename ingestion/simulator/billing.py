"""Invoices with their lines and instalments, credit notes and adjustments."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ingestion.simulator.accounts import Debtor, Invoice, Record
from ingestion.simulator.books import Books
from ingestion.simulator.catalogue import Service
from ingestion.simulator.chance import Chance
from ingestion.simulator.diary import later, month_end, months_after
from ingestion.simulator.nominal import OUTPUT_VAT

_PENNY: Final = Decimal("0.01")
_CLERKS: Final = ("O009", "O010", "O011")
_APPROVER: Final = "O012"


def vat_on(net: Decimal, rate: Decimal) -> Decimal:
    """Returns the VAT on a net amount, rounded half up to the penny."""
    return (net * rate / 100).quantize(_PENNY, rounding=ROUND_HALF_UP)


def spread(total: Decimal, first_due: date, count: int) -> tuple[tuple[date, Decimal], ...]:
    """Returns equal monthly instalments; the last one is the remainder."""
    each = (total / count).quantize(_PENNY, rounding=ROUND_HALF_UP)
    days = [months_after(first_due, month) for month in range(count)]
    return (*((day, each) for day in days[:-1]), (days[-1], total - each * (count - 1)))


class Billing:
    """Raises invoices and credit notes and posts adjustments."""

    def __init__(self, books: Books, chance: Chance) -> None:
        self._books = books
        self._chance = chance

    def issue(
        self,
        debtor: Debtor,
        service: Service,
        net: Decimal,
        *,
        dated: date | None = None,
        due: date | None = None,
        instalments: int | Sequence[tuple[date, Decimal]] = 0,
        replaces: Invoice | None = None,
    ) -> Invoice:
        """Raises an invoice, by default dated today and due by the terms of its service."""
        day = dated or self._books.today
        due = due or later(day, service.terms)
        lines = self._lines(service, net)
        vat = sum((line[1] for line in lines), Decimal(0))
        record = self._books.note(
            "invoices",
            invoice_id=self._books.number("7", 7),
            debtor_id=debtor.debtor_id,
            service_code=service.code,
            invoice_date=day,
            due_date=due,
            net_amount=net,
            vat_amount=vat,
            gross_amount=net + vat,
            supply_from=day.replace(day=1),
            supply_to=month_end(day),
            description=f"{service.name}, {day:%B %Y}",
            raised_by=self._chance.choice(_CLERKS),
            replaces_invoice_id=replaces.invoice_id if replaces else None,
        )
        invoice = Invoice(record, debtor, service, day, due, net + vat, net + vat)
        self._detail(invoice, lines, instalments)
        self._books.post(debtor.account, day, invoice.gross)
        self._books.post(OUTPUT_VAT, day, -vat)
        debtor.open.append(invoice)
        return invoice

    def credit(
        self,
        debtor: Debtor,
        gross: Decimal,
        reason: str,
        *,
        invoice: Invoice | None = None,
        service: Service | None = None,
        dated: date | None = None,
    ) -> Record:
        """Raises a credit note against an invoice or, with only a service, against no invoice."""
        charged = invoice.service if invoice else service
        rate = charged.vat_rate if charged else Decimal(0)
        vat = (gross * rate / (100 + rate)).quantize(_PENNY, rounding=ROUND_HALF_UP)
        day = dated or self._books.today
        debtor.credited = True
        if invoice:
            invoice.reduce(gross)
        self._books.post(debtor.account, day, -gross)
        self._books.post(OUTPUT_VAT, day, vat)
        return self._books.note(
            "credit_notes",
            credit_note_id=self._books.number("CN"),
            debtor_id=debtor.debtor_id,
            invoice_id=invoice.invoice_id if invoice else None,
            credit_date=day,
            net_amount=gross - vat,
            vat_amount=vat,
            gross_amount=gross,
            reason_code=reason,
            raised_by=self._chance.choice(_CLERKS),
            approved_by=_APPROVER,
        )

    def adjust(
        self,
        debtor: Debtor,
        kind: str,
        amount: Decimal,
        *,
        invoice: Invoice | None = None,
        reason: str | None = None,
        corresponding_id: str | None = None,
    ) -> Record:
        """Posts an adjustment; a positive amount is an additional debt."""
        today = self._books.today
        if amount < 0:
            debtor.credited = True
        if invoice:
            invoice.reduce(-amount) if amount < 0 else invoice.reopen(amount)
        self._books.post(debtor.account, today, amount)
        return self._books.note(
            "adjustments",
            adjustment_id=self._books.number("AJ"),
            debtor_id=debtor.debtor_id,
            invoice_id=invoice.invoice_id if invoice else None,
            adjusted_on=today,
            amount=amount,
            adjustment_type=kind,
            reason_code=reason,
            corresponding_id=corresponding_id,
            raised_by=self._chance.choice(_CLERKS),
            approved_by=_APPROVER,
        )

    def transfer(self, debt: Invoice, other: Debtor, amount: Decimal) -> None:
        """Moves part of a debt to another account: two adjustments that add up to zero."""
        pair = self._books.number("TR")
        self.adjust(debt.debtor, "transfer_out", -amount, invoice=debt, corresponding_id=pair)
        self.adjust(other, "transfer_in", amount, corresponding_id=pair)

    def recharge_rest(self, invoice: Invoice) -> None:
        """Recharges the open amount of an invoice to its service."""
        self.adjust(
            invoice.debtor,
            "recharged_to_service",
            -invoice.owed,
            invoice=invoice,
            reason="GOODWILL",
        )

    def _lines(self, service: Service, net: Decimal) -> list[tuple[Decimal, Decimal]]:
        parts = [net]
        if net > 30 and self._chance.happens(0.3):
            first = self._chance.part_of(net, 40, 80)
            parts = [first, net - first]
        return [(part, vat_on(part, service.vat_rate)) for part in parts]

    def _detail(
        self,
        invoice: Invoice,
        lines: Sequence[tuple[Decimal, Decimal]],
        instalments: int | Sequence[tuple[date, Decimal]],
    ) -> None:
        service = invoice.service
        for number, (net, vat) in enumerate(lines, start=1):
            self._books.note(
                "invoice_lines",
                invoice_id=invoice.invoice_id,
                line_no=number,
                service_code=service.code,
                cost_centre=service.cost_centre,
                description=service.name if number == 1 else f"{service.name}, extras",
                net_amount=net,
                vat_code=service.vat_code,
                vat_rate=service.vat_rate,
                vat_amount=vat,
            )
        if isinstance(instalments, int):
            if not instalments:
                return
            instalments = spread(invoice.gross, invoice.due, instalments)
        invoice.instalments = tuple(instalments)
        for number, (due, amount) in enumerate(instalments, start=1):
            self._books.note(
                "invoice_instalments",
                invoice_id=invoice.invoice_id,
                instalment_no=number,
                due_date=due,
                amount=amount,
            )
