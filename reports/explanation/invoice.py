"""Owns the explanation of an invoice."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reports.explanation import (
    allocations,
    movements,
    open_items,
    recovery,
    write_off_requests,
)
from reports.explanation.arrangement_status import in_force
from reports.explanation.explanation import Account, Figure, Part
from reports.explanation.run_marts import Row, RunMarts
from reports.explanation.sentence import Sentence, joined, say


def account(marts: RunMarts, invoice_id: str) -> Account | None:
    """What a run says of an invoice; None where it does not know it."""
    invoice = marts.only("invoices", invoice_id=invoice_id)
    items = open_items.read(marts.bearing("open_items", invoice_id=invoice_id))
    made = allocations.read(marts.bearing("allocations", invoice_id=invoice_id))
    debtor_id = None if invoice is None else invoice.get("debtor_id")
    moved = movements.of_invoices(marts, {invoice_id: debtor_id}, made)
    if invoice is None and not any(each.type == "invoice" for each in moved):
        return None
    owed = [each for each in items if not each.is_credit and each.kind != "refund"]
    requests = marts.bearing("write_off_decisions", invoice_id=invoice_id)
    balance = movements.balance_of(moved)
    recovered, stage_figures = recovery.of_invoice(marts, invoice_id)
    return Account(
        summary=_summary(invoice_id, invoice or {}, owed, balance),
        facts=invoice or {},
        balance=balance,
        movements=tuple(moved),
        allocations=tuple(made),
        figures=(*_figures(invoice or {}, owed), *stage_figures),
        parts=(
            _movement_part(moved),
            _allocation_part(made),
            open_items.band_part(marts, owed, list(_due_date(marts, invoice or {}))),
            open_items.status_part(
                owed,
                [
                    *in_force(marts, {each.arrangement_id for each in owed}),
                    *(write_off_requests.told(row) for row in requests),
                ],
            ),
            recovered,
        ),
    )


def _summary(
    invoice_id: str, invoice: Row, owed: Sequence[open_items.OpenItem], balance: Decimal
) -> Sentence:
    if not invoice.get("gross_amount"):
        return say("Invoice {id}: {balance} open.", id=invoice_id, balance=balance)
    parts = [
        say(
            "Invoice {id} of debtor {debtor}: {gross} raised on {raised}, {due};",
            id=invoice_id,
            debtor=invoice["debtor_id"],
            gross=invoice["gross_amount"],
            raised=invoice["invoice_date"],
            due=_when_due(invoice),
        ),
        say("{added} added in interest, costs or fees;", added=invoice["adjusted_amount"])
        if invoice.get("adjusted_amount")
        else None,
        say("{settled};", settled=_settled(invoice)),
        say("{open} open, {old}.", open=invoice["outstanding_amount"], old=open_items.how_old(owed))
        if owed
        else say("nothing open."),
    ]
    return joined(parts)


def _when_due(invoice: Row) -> Sentence:
    if invoice.get("has_instalments"):
        return say("due in instalments")
    own = invoice.get("own_due_date")
    inherited = (
        " (inherited; its own day is {own})" if own not in (None, invoice["due_date"]) else ""
    )
    return say("due {due}" + inherited, due=invoice["due_date"], own=own)


def _settled(invoice: Row) -> Sentence:
    ways = [
        say("{amount} " + word, amount=invoice[column])
        for column, word in (
            ("paid_amount", "paid"),
            ("credited_amount", "credited"),
            ("written_off_amount", "written off"),
        )
        if invoice.get(column)
    ]
    return joined(ways, ", ") if ways else say("nothing settled")


def _figures(invoice: Row, owed: Sequence[open_items.OpenItem]) -> Iterator[Figure]:
    for column, label in (
        ("gross_amount", "Amount of the invoice"),
        ("debtor_id", "Debtor"),
        ("due_date", "Due date for ageing"),
    ):
        yield Figure(column, say(label), invoice.get(column))
    yield from open_items.figures(owed)


def _movement_part(moved: Sequence[movements.Movement]) -> Part:
    undone = any(each.type in ("receipt_reversal", "write_back") for each in moved)
    partly = any(each.counted != each.amount for each in moved)
    notes = [
        say(
            "Counts here is the part of a movement that falls on this invoice, by the allocations "
            "as they stand now; the balance adds up what counts here."
        )
        if partly
        else None,
        say("A payment that was taken back counts on the day it came and back on the day it went.")
        if undone
        else None,
    ]
    return Part(
        "movements",
        "Movements",
        () if moved else (say("No movement is known."),),
        movements.table_of(moved).without("invoice_id") if moved else None,
        tuple(note for note in notes if note is not None),
    )


def _allocation_part(made: Sequence[allocations.Allocation]) -> Part:
    return Part(
        "allocations",
        "What settles it, and by which rule",
        () if made else (say("Nothing settles it yet."),),
        allocations.table_of(made) if made else None,
        allocations.rules_of(made),
    )


def _due_date(marts: RunMarts, invoice: Row) -> Iterator[Sentence]:
    """Where the due date comes from, if it is not the invoice's own."""
    own, due = invoice.get("own_due_date"), invoice.get("due_date")
    replaced = invoice.get("replaces_invoice_id")
    if invoice.get("has_instalments"):
        yield say("It is payable by instalments; each is aged by its own due date.")
    elif replaced and own is not None and own != due:
        chain = _chain(marts, invoice)
        yield say(
            "Its own due date is {own}, but it replaces invoice {replaced} of the same debtor"
            + (" ({chain})" if len(chain) > 1 else "")
            + " and inherits its due date, {due}: billing again never makes a debt younger.",
            own=own,
            replaced=replaced,
            chain=joined([say("which replaces {id}", id=each) for each in chain[1:]], ", "),
            due=due,
        )
    elif replaced:
        yield say(
            "It says that it replaces invoice {replaced}; that gives it no other due date.",
            replaced=replaced,
        )


def _chain(marts: RunMarts, invoice: Row) -> list[str]:
    """The invoices of the debtor that it replaces, one after the other, back to the first."""
    chain: list[str] = []
    newer = invoice
    while (older_id := newer.get("replaces_invoice_id")) and older_id not in chain:
        older = marts.only("invoices", invoice_id=older_id, debtor_id=invoice["debtor_id"])
        if older is None:
            break
        chain.append(older_id)
        newer = older
    return chain
