"""Owns the explanation of a receipt."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reports.explanation import allocations, movements, open_items
from reports.explanation.explanation import Account, Figure, Part
from reports.explanation.run_marts import Row, RunMarts
from reports.explanation.sentence import Sentence, joined, say
from reports.explanation.table import total
from reports.site import wording


def account(marts: RunMarts, receipt_id: str) -> Account | None:
    """What a run says of a receipt; None where it does not know it."""
    row = marts.only("ledger_movements", movement_type="receipt", movement_id=receipt_id)
    if row is None:
        return None
    undoing = marts.bearing("ledger_movements", undone_id=receipt_id)
    moved = movements.read([row, *(each for each in undoing if each["movement_type"] in _UNDOING)])
    made = allocations.read(
        marts.bearing("allocations", source_type="receipt", source_id=receipt_id)
    )
    items = open_items.read(
        marts.bearing("open_items", item_kind="unallocated_receipt", item_id=receipt_id)
    )
    suspense = marts.only("suspense", receipt_id=receipt_id)
    fate = _Fate(moved, made, items, suspense)
    return Account(
        summary=_summary(row, fate),
        facts=row,
        balance=movements.balance_of(moved),
        movements=tuple(moved),
        allocations=tuple(made),
        figures=tuple(_figures(row, fate)),
        parts=(
            Part("identification", "What identified it", (_identified(row, made, suspense),)),
            _movement_part(moved),
            _allocation_part(made),
            Part("status", "What became of it", tuple(_became(fate))),
        ),
    )


_UNDOING = ("receipt_reversal", "refund")


class _Fate:
    """Where a receipt's pounds went."""

    def __init__(
        self,
        moved: Sequence[movements.Movement],
        made: Sequence[allocations.Allocation],
        items: Sequence[open_items.OpenItem],
        suspense: Row | None,
    ) -> None:
        self.received = total(-each.amount for each in moved if each.type == "receipt")
        self.reversed = total(each.amount for each in moved if each.type == "receipt_reversal")
        self.refunded = total(each.amount for each in moved if each.type == "refund")
        self.settled = total(each.amount for each in made)
        self.open = total(-each.outstanding for each in items)
        self.suspense = suspense
        self.suspended = Decimal(suspense["amount"]) if suspense else total([])

    @property
    def elsewhere(self) -> Decimal:
        """Pounds that refunds of the debtor's open credits took; they name no receipt."""
        left = self.received - self.reversed - self.refunded
        return max(left - self.settled - self.open - self.suspended, total([]))


def _summary(row: Row, fate: _Fate) -> Sentence:
    whose = say(" of debtor {debtor}", debtor=row["debtor_id"]) if row.get("debtor_id") else say("")
    parts = [
        say("{amount} reversed", amount=fate.reversed) if fate.reversed else None,
        say("{amount} refunded", amount=fate.refunded) if fate.refunded else None,
        say("{amount} settles debts", amount=fate.settled) if fate.settled else None,
        say("{amount} open", amount=fate.open) if fate.open else None,
        say(
            "{amount} in suspense for {days}",
            amount=fate.suspended,
            days=wording.counted(fate.suspense["days_in_suspense"], "day"),
        )
        if fate.suspense
        else None,
        say("{amount} taken by refunds of the debtor's open credits", amount=fate.elsewhere)
        if fate.elsewhere
        else None,
    ]
    told = joined(parts, ", ") if any(parts) else say("nothing is left of it")
    return say(
        "Receipt {id}{whose}: {amount} received on {day}; {told}.",
        id=row["movement_id"],
        whose=whose,
        amount=fate.received,
        day=row["effective_on"],
        told=told,
    )


def _figures(row: Row, fate: _Fate) -> Iterator[Figure]:
    yield Figure("debtor_id", say("Debtor"), row.get("debtor_id"))
    yield Figure("invoice_id", say("Invoice it names or refers to"), row.get("invoice_id"))
    yield Figure("settled_amount", say("Settles"), fate.settled)
    yield Figure("open_amount", say("Open"), fate.open)
    yield Figure("suspense_amount", say("In suspense"), fate.suspended)


def _identified(row: Row, made: Sequence[allocations.Allocation], suspense: Row | None) -> Sentence:
    rules = {each.rule for each in made}
    invoice, debtor = row.get("invoice_id"), row.get("debtor_id")
    values = {"invoice": invoice, "debtor": debtor}
    if not debtor and not suspense:
        return say("Nothing identifies it.")
    if not debtor:
        return say(
            "Nothing identifies it: it names no debtor and no known invoice, and its reference is "
            "no known invoice, arrangement or debtor."
        )
    found = [
        say("rows of the allocations feed") if "feed" in rules else None,
        _by_invoice(invoice, rules),
    ]
    if any(found):
        return say("Identified by {by}; debtor {debtor}.", by=joined(found, " and "), **values)
    return say(
        "It belongs to debtor {debtor}, whom the row names or whose id is its reference; it names "
        "no invoice and no arrangement.",
        **values,
    )


def _by_invoice(invoice: str | None, rules: set[str]) -> Sentence | None:
    if "named" in rules:
        return say("the invoice {invoice}, which it names", invoice=invoice)
    if "reference" in rules and invoice:
        return say("its reference, which is invoice {invoice}", invoice=invoice)
    if "reference" in rules:
        return say("its reference, which is an arrangement")
    if invoice:
        return say("the invoice {invoice}, which it names or refers to", invoice=invoice)
    return None


def _became(fate: _Fate) -> Iterator[Sentence]:
    if fate.reversed:
        yield say(
            "{amount} was reversed, so the receipt counts for {left}.",
            amount=fate.reversed,
            left=fate.received - fate.reversed,
        )
    if fate.refunded:
        yield say("{amount} was refunded out of it.", amount=fate.refunded)
    if fate.settled:
        yield say("{amount} settles debts, as listed.", amount=fate.settled)
    if fate.open:
        yield say(
            "{amount} is an open credit of its debtor, set against no debt.", amount=fate.open
        )
    if fate.suspense:
        yield say(
            "{amount} has been in suspense since {since}, {days}; it is on no debtor's balance.",
            amount=fate.suspended,
            since=fate.suspense["received_on"],
            days=wording.counted(fate.suspense["days_in_suspense"], "day"),
        )
    if fate.elsewhere:
        yield say(
            "{amount} went into refunds of the debtor's open credits, which name no receipt.",
            amount=fate.elsewhere,
        )
    if not (fate.settled or fate.open or fate.suspense or fate.elsewhere):
        yield say("Nothing of it is left.")


def _movement_part(moved: Sequence[movements.Movement]) -> Part:
    return Part(
        "movements",
        "The receipt, its reversals and its refunds",
        (),
        movements.table_of(moved).without("counted_amount"),
        (say("The balance is what of the receipt is still credited, before what it settles."),),
    )


def _allocation_part(made: Sequence[allocations.Allocation]) -> Part:
    return Part(
        "allocations",
        "What it settles, and by which rule",
        () if made else (say("It settles nothing."),),
        allocations.table_of(made) if made else None,
        allocations.rules_of(made),
    )
