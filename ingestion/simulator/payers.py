"""How debtors pay: on time, late, in part, too much, by deduction, to the wrong account."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import ROUND_UP, Decimal
from typing import Final

from ingestion.simulator.accounts import Debtor, Habit, Invoice, Receipt
from ingestion.simulator.cashier import Quote
from ingestion.simulator.diary import Process, later, months_after, working_day
from ingestion.simulator.office import Office

_METHODS: Final = {
    "individual": (
        "card",
        "card",
        "card",
        "bank_transfer",
        "bank_transfer",
        "cash",
        "post_office",
        "cheque",
    ),
    "sole_trader": ("card", "bank_transfer", "bank_transfer", "cheque", "cash"),
    "business": ("bank_transfer", "bank_transfer", "bank_transfer", "cheque", "card"),
    "public_body": ("bank_transfer", "bank_transfer", "internal_transfer"),
}
_CLEAR: Final = (
    Quote.NAMED,
    Quote.NAMED,
    Quote.NAMED,
    Quote.REFERENCE,
    Quote.REFERENCE,
    Quote.BARE_REFERENCE,
    Quote.NAMED_ONLY,
)
_VAGUE: Final = (Quote.DEBTOR, Quote.DEBTOR, Quote.ALLOCATED, Quote.MISQUOTED, Quote.BARE_DEBTOR)
_OVER_THE_COUNTER: Final = frozenset({"cash", "cheque", "post_office"})
_SMALL: Final = 800
"""Payments from this amount in pounds are never made twice or lost in suspense."""
_ALLOCATED_BY_STAFF: Final = frozenset({"bank_transfer", "cheque"})


def settle(office: Office, invoice: Invoice) -> Process:
    """The payments of an invoice if nobody acts."""
    return _HABITS[invoice.debtor.habit](office, invoice)


def pay(
    office: Office,
    invoice: Invoice,
    amount: Decimal,
    *,
    method: str = "",
    quote: Quote | None = None,
) -> Receipt | None:
    """Pays an invoice; a quiet debtor pays nothing, an exact one never too much."""
    debtor = invoice.debtor
    if debtor.quiet or debtor.settling or amount <= 0:
        return None
    method = method or _method(office, debtor)
    quote = quote or _quote(office, debtor, method)
    if quote.is_lost and amount >= _SMALL:
        quote = Quote.MISQUOTED
    receipt = office.cashier.take(debtor, amount, method, quote, invoice=invoice)
    if quote is Quote.ALLOCATED:
        used = [(paid, None, part) for paid, part in receipt.parts]
        office.cashier.allocate("receipt", receipt.receipt_id, used)
    if quote.is_lost:
        office.start(find(office, receipt, invoice))
    elif method == "card" and office.chance.happens(0.006):
        office.start(undo(office, receipt, "chargeback", office.chance.randint(15, 55)))
    elif method == "cheque" and office.chance.happens(0.02):
        office.start(undo(office, receipt, "bounced_cheque", 5))
    return receipt


def undo(office: Office, receipt: Receipt, reason: str, days: int) -> Process:
    """Reverses a receipt some days later; recovery of its invoices resumes."""
    invoices = [invoice for invoice, _ in receipt.parts]
    yield working_day(later(office.today, days))
    if any(invoice.debtor.settling for invoice in invoices):
        return
    office.cashier.reverse(receipt, reason)
    office.casework.list_as_unpaid(invoices)


def find(office: Office, receipt: Receipt, invoice: Invoice) -> Process:
    """Handles a receipt in suspense: noted, then identified, refunded or left there."""
    chance = office.chance
    yield working_day(later(office.today, chance.randint(4, 12)))
    office.cashier.explain(
        receipt, chance.choice(("O009", "O010")), "Payer not known; bank asked for details"
    )
    yield working_day(later(office.today, chance.randint(8, 50)))
    if chance.happens(0.65):
        if not invoice.debtor.settling:
            office.cashier.identify(receipt, invoice.debtor, invoice)
    elif chance.happens(0.3):
        office.cashier.refund(None, receipt, receipt.amount)
    else:
        office.cashier.explain(receipt, "O011", "No answer from the bank,\nlook again at year end")


def _method(office: Office, debtor: Debtor) -> str:
    method = office.chance.choice(_METHODS[debtor.party_type])
    shut = office.today != working_day(office.today)
    return "card" if shut and method in _OVER_THE_COUNTER else method


def _quote(office: Office, debtor: Debtor, method: str) -> Quote:
    chance = office.chance
    if debtor.exact:
        return chance.choice(_CLEAR)
    if method in ("card", "direct_debit") or chance.happens(0.7):
        return chance.choice(_CLEAR)
    if chance.happens(0.1):
        return Quote.LOST if method == "cash" else Quote.LOST_MISQUOTED
    quote = chance.choice(_VAGUE)
    if quote is Quote.ALLOCATED and method not in _ALLOCATED_BY_STAFF:
        return Quote.DEBTOR
    return quote


def _direct_debit(office: Office, invoice: Invoice) -> Process:
    for due, part in invoice.parts():
        yield working_day(due)
        if invoice.owed <= 0 or invoice.arranged or invoice.disputed:
            continue
        yield from _collect(office, invoice, min(part, invoice.owed))


def _collect(office: Office, invoice: Invoice, amount: Decimal) -> Process:
    chance = office.chance
    receipt = pay(office, invoice, amount, method="direct_debit", quote=Quote.NAMED)
    if receipt is None:
        return
    if chance.happens(0.035):
        yield working_day(later(office.today, 3))
        office.cashier.reverse(receipt, "dd_unpaid")
        if chance.happens(0.7):
            yield working_day(later(office.today, 10))
            again = min(amount, invoice.owed)
            pay(office, invoice, again, method="direct_debit", quote=Quote.NAMED)
        else:
            office.casework.list_as_unpaid([invoice])
    elif chance.happens(0.004):
        office.start(undo(office, receipt, "dd_indemnity", chance.randint(20, 60)))


def _prompt(office: Office, invoice: Invoice) -> Process:
    for due, part in invoice.parts():
        yield max(invoice.dated, later(due, -office.chance.randint(1, 20)))
        pay(office, invoice, min(part, invoice.owed))


def _late(office: Office, invoice: Invoice) -> Process:
    for due, part in invoice.parts():
        yield later(due, _lateness(office))
        if not invoice.arranged and not invoice.placed:
            pay(office, invoice, min(part, invoice.owed))


def _lateness(office: Office) -> int:
    chance = office.chance
    return chance.randint(1, 25) if chance.happens(0.7) else chance.randint(20, 110)


def _part(office: Office, invoice: Invoice) -> Process:
    chance = office.chance
    yield later(invoice.due, chance.randint(-5, 40))
    if invoice.arranged:
        return
    pay(office, invoice, min(invoice.owed, chance.part_of(invoice.gross, 30, 70)))
    if chance.happens(0.6):
        yield later(office.today, chance.randint(25, 90))
        if not invoice.arranged:
            pay(office, invoice, invoice.owed)


def _over(office: Office, invoice: Invoice) -> Process:
    chance = office.chance
    yield later(invoice.due, -chance.randint(0, 12))
    if invoice.owed <= 0:
        return
    if chance.happens(0.75):
        pay(office, invoice, invoice.owed)
        return
    twice = invoice.owed < _SMALL and chance.happens(0.4)
    extra = invoice.owed if twice else _rounding_up(invoice.owed)
    receipt = pay(office, invoice, invoice.owed + extra, quote=Quote.NAMED)
    if receipt and receipt.unused and chance.happens(0.5):
        yield working_day(later(office.today, chance.randint(10, 45)))
        named = receipt if chance.happens(0.7) else None
        office.cashier.refund(invoice.debtor, named, receipt.unused)


def _rounding_up(owed: Decimal) -> Decimal:
    """Returns the amount to the next ten pounds; ten pounds if that is zero."""
    whole = (owed / 10).to_integral_value(rounding=ROUND_UP) * 10
    return (whole - owed).quantize(Decimal("0.01")) or Decimal("10.00")


def _nothing(office: Office, invoice: Invoice) -> Process:  # noqa: ARG001  (same call as the others)
    yield from ()


def deducted(office: Office, invoice: Invoice, first: date) -> Process:
    """Deducts from wages or benefit every four weeks until the debt is paid."""
    instalment = office.chance.pounds(12, 90)
    day = first
    while invoice.owed > 0:
        yield day
        if office.chance.happens(0.93):
            pay(
                office,
                invoice,
                min(instalment, invoice.owed),
                method=invoice.service.deducted_by,
                quote=Quote.NAMED,
            )
        day = later(day, 28)
        if invoice.debtor.quiet or invoice.debtor.settling:
            return


def standing_order(office: Office, debtor: Debtor, first: date) -> Process:
    """Pays the same amount each month with the account number until the debt is paid."""
    amount = Decimal(0)
    ahead = Decimal(0)
    for month in _count():
        yield working_day(months_after(first, month))
        if debtor.quiet or debtor.settling:
            return
        ahead = _use_up(ahead, debtor)
        owed = sum((invoice.owed for invoice in debtor.open), Decimal(0))
        if not owed:
            continue
        amount = amount or max(Decimal(5), (owed / 5).to_integral_value() * 5)
        paid = amount.quantize(Decimal("0.01"))
        ahead += office.cashier.take(debtor, paid, "standing_order", Quote.BARE_DEBTOR).unused


def _use_up(ahead: Decimal, debtor: Debtor) -> Decimal:
    """Sets payments in advance against later bills; returns what is left."""
    for invoice in sorted(debtor.open, key=lambda one: one.due):
        ahead -= invoice.reduce(ahead)
    return ahead


def misposted(office: Office, payer: Debtor, wrong: Debtor, amount: Decimal) -> Process:
    """Posts a payment to the wrong account and corrects it a week later."""
    receipt = office.cashier.take(wrong, amount, "bank_transfer", Quote.DEBTOR)
    yield working_day(later(office.today, 8))
    office.cashier.reverse(receipt, "misposting")
    office.cashier.take(payer, amount, "internal_transfer", Quote.DEBTOR)


def _count() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


_HABITS: Final[dict[Habit, Callable[[Office, Invoice], Process]]] = {
    Habit.DIRECT_DEBIT: _direct_debit,
    Habit.PROMPT: _prompt,
    Habit.LATE: _late,
    Habit.PART: _part,
    Habit.OVER: _over,
    Habit.STANDING_ORDER: _nothing,
    Habit.RELUCTANT: _nothing,
    Habit.NEVER: _nothing,
}
