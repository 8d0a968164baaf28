"""The explanation of a receipt."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reports.explanation import allocations, movements, open_items
from reports.explanation.explanation import Account, Figure, Part
from reports.explanation.run_marts import Row, RunMarts
from reports.explanation.sentence import Sentence, joined, say
from reports.explanation.table import total
from reports.site import wording


def account(marts: RunMarts, receipt_id: str) -> Account | None:
    """The account of a receipt; None if the run has no receipt with this id."""
    row = marts.only("ledger_movements", movement_type="receipt", movement_id=receipt_id)
    if row is None:
        return None
    undoing = marts.matching("ledger_movements", undone_id=receipt_id)
    moved = movements.read([row, *(each for each in undoing if each["movement_type"] in _UNDOING)])
    made = allocations.read(
        marts.matching("allocations", source_type="receipt", source_id=receipt_id)
    )
    items = open_items.read(
        marts.matching("open_items", item_kind="unallocated_receipt", item_id=receipt_id)
    )
    suspense = marts.only("suspense", receipt_id=receipt_id)
    use = _Use(moved, made, items, suspense)
    return Account(
        summary=_summary(row, use),
        facts=row,
        balance=movements.balance_of(moved),
        movements=tuple(moved),
        allocations=tuple(made),
        figures=tuple(_figures(row, use)),
        parts=(
            Part("identification", "How it was identified", (_identified(row, made, suspense),)),
            _movement_part(moved),
            _allocation_part(made),
            Part("status", "How it was used", tuple(_used(use))),
        ),
    )


_UNDOING = ("receipt_reversal", "refund")


class _Use:
    """How a receipt was used, in pounds."""

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
        """Pounds used for refunds that name the debtor's credits but not this receipt."""
        left = self.received - self.reversed - self.refunded
        return max(left - self.settled - self.open - self.suspended, total([]))


def _summary(row: Row, use: _Use) -> Sentence:
    whose = (
        say(" from debtor {debtor}", debtor=row["debtor_id"]) if row.get("debtor_id") else say("")
    )
    parts = [
        say("{amount} reversed", amount=use.reversed) if use.reversed else None,
        say("{amount} refunded", amount=use.refunded) if use.refunded else None,
        say("{amount} matched to debts", amount=use.settled) if use.settled else None,
        say("{amount} unallocated", amount=use.open) if use.open else None,
        say(
            "{amount} in suspense for {days}",
            amount=use.suspended,
            days=wording.counted(use.suspense["days_in_suspense"], "day"),
        )
        if use.suspense
        else None,
        say("{amount} used for refunds of the debtor's credits", amount=use.elsewhere)
        if use.elsewhere
        else None,
    ]
    uses = joined(parts, ", ") if any(parts) else say("no balance is left")
    return say(
        "Receipt {id}{whose}: {amount} received on {day}; {uses}.",
        id=row["movement_id"],
        whose=whose,
        amount=use.received,
        day=row["effective_on"],
        uses=uses,
    )


def _figures(row: Row, use: _Use) -> Iterator[Figure]:
    yield Figure("debtor_id", say("Debtor"), row.get("debtor_id"))
    yield Figure("invoice_id", say("Invoice it names or quotes"), row.get("invoice_id"))
    yield Figure("settled_amount", say("Matched to debts"), use.settled)
    yield Figure("open_amount", say("Unallocated"), use.open)
    yield Figure("suspense_amount", say("In suspense"), use.suspended)


def _identified(row: Row, made: Sequence[allocations.Allocation], suspense: Row | None) -> Sentence:
    rules = {each.rule for each in made}
    invoice, debtor = row.get("invoice_id"), row.get("debtor_id")
    values = {"invoice": invoice, "debtor": debtor}
    if not debtor and not suspense:
        return say("It is not identified.")
    if not debtor:
        return say(
            "It is not identified: it does not name a debtor or a known invoice, and its reference "
            "does not match a known invoice, arrangement or debtor."
        )
    ways = [
        say("the allocations feed") if "feed" in rules else None,
        _by_invoice(invoice, rules),
    ]
    if any(ways):
        return say(
            "Identified by {by}. It belongs to debtor {debtor}.", by=joined(ways, " and "), **values
        )
    return say(
        "It belongs to debtor {debtor}: the row names the debtor, or its reference is the debtor's "
        "id. It does not name an invoice or an arrangement.",
        **values,
    )


def _by_invoice(invoice: str | None, rules: set[str]) -> Sentence | None:
    if "named" in rules:
        return say("invoice {invoice}, which it names", invoice=invoice)
    if "reference" in rules and invoice:
        return say("its reference, which is invoice {invoice}", invoice=invoice)
    if "reference" in rules:
        return say("its reference, which is an arrangement")
    if invoice:
        return say("invoice {invoice}, which it names or quotes", invoice=invoice)
    return None


def _used(use: _Use) -> Iterator[Sentence]:
    if use.reversed:
        yield say(
            "{amount} was reversed, so {left} of the receipt remains.",
            amount=use.reversed,
            left=use.received - use.reversed,
        )
    if use.refunded:
        yield say("{amount} was refunded.", amount=use.refunded)
    if use.settled:
        yield say("{amount} is matched to debts, as listed below.", amount=use.settled)
    if use.open:
        yield say("{amount} is an unallocated credit of the debtor.", amount=use.open)
    if use.suspense:
        yield say(
            "{amount} has been in suspense since {since} ({days}), on no debtor's balance.",
            amount=use.suspended,
            since=use.suspense["received_on"],
            days=wording.counted(use.suspense["days_in_suspense"], "day"),
        )
    if use.elsewhere:
        yield say(
            "{amount} was used for refunds of the debtor's credits. They do not name a receipt.",
            amount=use.elsewhere,
        )
    if not (use.settled or use.open or use.suspense or use.elsewhere):
        yield say("No balance is left.")


def _movement_part(moved: Sequence[movements.Movement]) -> Part:
    return Part(
        "movements",
        "The receipt, its reversals and its refunds",
        (),
        movements.table_of(moved).without("counted_amount"),
        (say("The balance is the part of the receipt that is not reversed or refunded."),),
    )


def _allocation_part(made: Sequence[allocations.Allocation]) -> Part:
    return Part(
        "allocations",
        "Debts it is matched to",
        () if made else (say("It is not matched to a debt."),),
        allocations.table_of(made) if made else None,
        allocations.rules_of(made),
    )
