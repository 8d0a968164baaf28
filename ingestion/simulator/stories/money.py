"""Stories of money: every method, reference, reversal and adjustment."""

from decimal import Decimal
from typing import Final

from ingestion.simulator.accounts import Debtor
from ingestion.simulator.cashier import Quote
from ingestion.simulator.catalogue import SERVICE
from ingestion.simulator.diary import Process, later
from ingestion.simulator.stories.cast import Part, Scene, Story

_METHODS: Final = (
    "direct_debit",
    "card",
    "bank_transfer",
    "standing_order",
    "cash",
    "cheque",
    "post_office",
    "payroll",
    "agency",
    "benefit_deduction",
    "attachment_of_earnings",
    "insolvency_dividend",
    "internal_transfer",
)
_REVERSED: Final = (
    ("dd_unpaid", "direct_debit"),
    ("dd_indemnity", "direct_debit"),
    ("chargeback", "card"),
    ("bounced_cheque", "cheque"),
)
_QUOTES: Final = (
    Quote.NAMED,
    Quote.NAMED_ONLY,
    Quote.REFERENCE,
    Quote.BARE_REFERENCE,
    Quote.DEBTOR,
    Quote.BARE_DEBTOR,
    Quote.MISQUOTED,
    Quote.LOST,
    Quote.LOST_MISQUOTED,
)


def _every_method(scene: Scene, debtor: Debtor) -> Process:
    for number, method in enumerate(_METHODS):
        yield scene.ago(420 - 30 * number)
        invoice = scene.bill(debtor, "60.00", due_ago=400 - 30 * number)
        yield scene.ago(402 - 30 * number)
        scene.office.cashier.take(debtor, Decimal("60.00"), method, Quote.NAMED, invoice=invoice)


def _every_quote(scene: Scene, debtor: Debtor) -> Process:
    for number, quote in enumerate(_QUOTES):
        yield scene.ago(300 - 30 * number)
        invoice = scene.bill(debtor, f"{80 + number}.00", due_ago=280 - 30 * number)
        yield scene.ago(278 - 30 * number)
        receipt = scene.office.cashier.take(
            debtor, invoice.gross, "bank_transfer", quote, invoice=invoice
        )
        if quote is Quote.LOST:
            scene.office.cashier.explain(receipt, "O009", "Asked the bank for the payer")


def _every_reversal(scene: Scene, debtor: Debtor, wrong: Debtor) -> Process:
    cashier = scene.office.cashier
    for number, (reason, method) in enumerate(_REVERSED):
        yield scene.ago(200 - 30 * number)
        invoice = scene.bill(debtor, "75.00", due_ago=190 - 30 * number)
        yield scene.ago(188 - 30 * number)
        receipt = cashier.take(debtor, Decimal("75.00"), method, Quote.NAMED, invoice=invoice)
        yield scene.ago(183 - 30 * number)
        cashier.reverse(receipt, reason)
    receipt = cashier.take(wrong, Decimal("75.00"), "cash", Quote.DEBTOR)
    yield scene.ago(60)
    cashier.reverse(receipt, "misposting", Decimal("50.00"))
    cashier.take(debtor, Decimal("50.00"), "internal_transfer", Quote.DEBTOR)


def _refunds(scene: Scene, debtor: Debtor, generous: Debtor) -> Process:
    office = scene.office
    yield scene.ago(160)
    invoice = scene.bill(debtor, "100.00", due_ago=140)
    yield scene.ago(150)
    receipt = office.cashier.take(debtor, Decimal("150.00"), "card", Quote.NAMED, invoice=invoice)
    lost = office.cashier.take(generous, Decimal("35.00"), "bank_transfer", Quote.LOST)
    yield scene.ago(120)
    office.cashier.refund(debtor, receipt, Decimal("50.00"))
    office.cashier.refund(None, lost, Decimal("10.00"))
    office.billing.credit(generous, Decimal("40.00"), "GOODWILL", service=SERVICE["NURS"])
    yield scene.ago(90)
    office.cashier.refund(generous, None, Decimal("25.00"))
    yield scene.ago(20)
    office.cashier.refund(debtor, None, Decimal("12.50"))


def _rebilled_twice(scene: Scene, debtor: Debtor) -> Process:
    billing = scene.office.billing
    yield scene.ago(250)
    first = scene.bill(debtor, "240.00", due_ago=222)
    yield scene.ago(150)
    billing.credit(debtor, Decimal("240.00"), "REBILL", invoice=first)
    second = billing.issue(debtor, first.service, Decimal("220.00"), replaces=first)
    yield scene.ago(70)
    billing.credit(debtor, Decimal("220.00"), "REBILL", invoice=second)
    billing.issue(debtor, first.service, Decimal("210.00"), replaces=second)


def _credits(scene: Scene, debtor: Debtor, business: Debtor) -> Process:
    office = scene.office
    yield scene.ago(110)
    first = scene.bill(debtor, "90.00", due_ago=90)
    second = scene.bill(debtor, "60.00", due_ago=60)
    large = scene.bill(business, "2400.00", due_ago=80)
    yield scene.ago(70)
    office.billing.credit(debtor, Decimal("100.00"), "PRICE", invoice=first)
    note = office.billing.credit(debtor, Decimal("25.00"), "GOODWILL", service=SERVICE["NURS"])
    office.cashier.allocate(
        "credit_note", note.text("credit_note_id"), [(second, None, Decimal("25.00"))]
    )
    office.billing.credit(business, Decimal("1500.00"), "PRICE", invoice=large)
    office.billing.credit(business, Decimal("30.00"), "GOODWILL", service=SERVICE["NURS"])


def _every_adjustment(scene: Scene, debtor: Debtor, other: Debtor) -> Process:
    billing = scene.office.billing
    yield scene.ago(130)
    invoice = scene.bill(debtor, "400.00", due_ago=110)
    small = scene.bill(debtor, "30.00", due_ago=110)
    yield scene.ago(75)
    billing.adjust(debtor, "interest", Decimal("8.25"), invoice=invoice, reason="LATE")
    billing.adjust(debtor, "cost", Decimal("50.00"), invoice=invoice, reason="COURT FEE")
    billing.adjust(debtor, "fee", Decimal("15.00"), reason="RETURNED")
    billing.transfer(invoice, other, Decimal("120.00"))
    billing.recharge_rest(small)
    scene.office.cashier.take(other, Decimal("3.10"), "cash", Quote.NAMED, invoice=small)
    yield scene.ago(30)
    billing.adjust(other, "credit_written_off", Decimal("3.10"), reason="TRIVIAL")


def _instalments(scene: Scene, debtor: Debtor) -> Process:
    office = scene.office
    yield scene.ago(140)
    invoice = office.billing.issue(debtor, SERVICE["LICN"], Decimal("600.00"), instalments=6)
    yield scene.ago(100)
    receipt = office.cashier.take(
        debtor, Decimal("150.00"), "bank_transfer", Quote.ALLOCATED, invoice=invoice
    )
    office.cashier.allocate(
        "receipt",
        receipt.receipt_id,
        [(invoice, 2, Decimal("100.00")), (invoice, 1, Decimal("50.00"))],
    )
    yield scene.ago(40)
    office.cashier.take(debtor, Decimal("80.00"), "card", Quote.NAMED, invoice=invoice)


def _every_band(scene: Scene, debtor: Debtor) -> Process:
    for days in (2360, 1500, 900, 500, 300, 150, 105, 75, 45, 10, -12):
        yield scene.ago(days + 28)
        scene.bill(debtor, f"{abs(days) + 20}.00", due_ago=days)


def _oddities(scene: Scene, debtor: Debtor) -> Process:
    """Accepted rows with a finding."""
    office = scene.office
    yield scene.ago(120)
    scene.bill(debtor, "45.00", due_ago=125)
    twin = scene.bill(debtor, "66.00", due_ago=95)
    first = scene.ago(90)
    office.billing.issue(
        debtor,
        twin.service,
        Decimal("300.00"),
        due=first,
        instalments=((first, Decimal("100.00")), (later(first, 31), Decimal("150.00"))),
    )
    yield scene.ago(117)
    scene.bill(debtor, "66.00", due_ago=92)
    yield scene.ago(80)
    for _ in range(2):
        office.cashier.take(debtor, Decimal("20.00"), "card", Quote.NAMED, invoice=twin)


MONEY: Final = (
    Story(_every_method),
    Story(_every_quote),
    Story(_every_reversal, (Part(), Part())),
    Story(_refunds, (Part(), Part())),
    Story(_rebilled_twice),
    Story(_credits, (Part(), Part(party_type="business"))),
    Story(_every_adjustment, (Part(), Part())),
    Story(_instalments, (Part("LICN", "sole_trader"),)),
    Story(_every_band),
    Story(_oddities),
)
