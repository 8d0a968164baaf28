"""Stories of corrected, backdated, withdrawn, repeated and future rows."""

from datetime import date
from decimal import Decimal
from typing import Final

from ingestion.simulator.accounts import Debtor, Invoice
from ingestion.simulator.cashier import Quote
from ingestion.simulator.diary import Process, later
from ingestion.simulator.stories.cast import Part, Scene, Story


def _late_receipt(scene: Scene, debtor: Debtor) -> Process:
    yield scene.ago(60)
    invoice = scene.bill(debtor, "100.00", due_ago=40)
    yield scene.ago(12)
    receipt = scene.office.cashier.take(
        debtor, Decimal("60.00"), "cheque", Quote.NAMED, invoice=invoice, dated=scene.ago(24)
    )
    yield scene.ago(10)
    scene.office.books.repeat(receipt.record)


def _corrections(scene: Scene, debtor: Debtor) -> Process:
    """Corrects a due date, then an amount with its line."""
    books = scene.office.books
    yield scene.ago(70)
    dated = scene.bill(debtor, "130.00", due_ago=45)
    priced = scene.office.billing.issue(debtor, dated.service, Decimal("25.00"), due=scene.ago(42))
    yield scene.ago(20)
    books.amend(dated.record, due_date=scene.ago(5))
    books.amend(priced.record, net_amount=Decimal("28.00"), gross_amount=Decimal("28.00"))
    _write_line(scene, priced, "28.00")
    books.post(debtor.account, priced.dated, Decimal("3.00"))


def _write_line(scene: Scene, invoice: Invoice, net: str, withdrawn_on: date | None = None) -> None:
    """Writes the only line of an invoice with its current amount."""
    service = invoice.service
    scene.office.books.note(
        "invoice_lines",
        invoice_id=invoice.invoice_id,
        line_no=1,
        service_code=service.code,
        cost_centre=service.cost_centre,
        description=service.name,
        net_amount=Decimal(net),
        vat_code=service.vat_code,
        vat_rate=service.vat_rate,
        vat_amount=Decimal("0.00"),
        withdrawn_on=withdrawn_on,
    )


def _backdated_hold(scene: Scene, debtor: Debtor) -> Process:
    yield scene.ago(90)
    scene.bill(debtor, "190.00", due_ago=62)
    yield scene.ago(6)
    scene.office.casework.hold(
        debtor, "breathing_space", scene.ago(27), later(scene.ago(27), 60), reference="BS-EXAMPLE-3"
    )


def _withdrawn(scene: Scene, debtor: Debtor) -> Process:
    """Withdraws an action and a hold that were recorded by mistake."""
    casework = scene.office.casework
    books = scene.office.books
    yield scene.ago(60)
    invoice = scene.bill(debtor, "105.00", due_ago=38)
    yield scene.ago(25)
    action = casework.act(debtor, "reminder", [invoice])
    hold = casework.hold(debtor, "internal", scene.ago(25), None)
    yield scene.ago(18)
    books.amend(action, withdrawn_on=scene.ago(18))
    books.amend(hold, withdrawn_on=scene.ago(18))
    debtor.held_until = None


def _wrongly_keyed(scene: Scene, debtor: Debtor) -> Process:
    """Bills and withdraws on one day, so that no balance date is between."""
    yield scene.ago(16)
    invoice = scene.bill(debtor, "27.00", due_ago=-12)
    yield scene.ago(11)
    scene.office.books.amend(invoice.record, withdrawn_on=invoice.dated)
    _write_line(scene, invoice, "27.00", withdrawn_on=invoice.dated)
    scene.office.books.post(debtor.account, invoice.dated, -invoice.gross)
    debtor.open.remove(invoice)


def _tomorrow(scene: Scene, debtor: Debtor) -> Process:
    """Records a receipt today that counts from tomorrow."""
    yield scene.ago(50)
    invoice = scene.bill(debtor, "88.00", due_ago=22)
    yield scene.until
    scene.office.cashier.take(
        debtor,
        Decimal("88.00"),
        "internal_transfer",
        Quote.NAMED,
        invoice=invoice,
        dated=later(scene.until, 1),
    )


def _out_of_suspense(scene: Scene, debtor: Debtor) -> Process:
    yield scene.ago(80)
    invoice = scene.bill(debtor, "142.00", due_ago=52)
    yield scene.ago(50)
    receipt = scene.office.cashier.take(
        debtor, Decimal("142.00"), "bank_transfer", Quote.LOST_MISQUOTED, invoice=invoice
    )
    yield scene.ago(30)
    scene.office.cashier.explain(receipt, "O009", "Payer seems to be a customer of ours")
    yield scene.ago(9)
    scene.office.cashier.identify(receipt, debtor, invoice)


SECOND_THOUGHTS: Final = (
    Story(_late_receipt),
    Story(_corrections),
    Story(_backdated_hold),
    Story(_withdrawn),
    Story(_wrongly_keyed),
    Story(_tomorrow),
    Story(_out_of_suspense, (Part(party_type="business"),)),
)
