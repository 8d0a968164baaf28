"""The explanation of an invoice."""

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
    """The account of an invoice; None if the run has no invoice with this id."""
    invoice = marts.only("invoices", invoice_id=invoice_id)
    items = open_items.read(marts.matching("open_items", invoice_id=invoice_id))
    made = allocations.read(marts.matching("allocations", invoice_id=invoice_id))
    debtor_id = None if invoice is None else invoice.get("debtor_id")
    moved = movements.of_invoices(marts, {invoice_id: debtor_id}, made)
    if invoice is None and not any(each.type == "invoice" for each in moved):
        return None
    owed = [each for each in items if not each.is_credit and each.kind != "refund"]
    requests = marts.matching("write_off_decisions", invoice_id=invoice_id)
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
                    *(write_off_requests.in_words(row) for row in requests),
                ],
            ),
            recovered,
        ),
    )


def _summary(
    invoice_id: str, invoice: Row, owed: Sequence[open_items.OpenItem], balance: Decimal
) -> Sentence:
    if not invoice.get("gross_amount"):
        return say("Invoice {id}: {balance} outstanding.", id=invoice_id, balance=balance)
    parts = [
        say(
            "Invoice {id} to debtor {debtor}: {gross} raised on {raised}, {due};",
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
        say(
            "{open} outstanding, {old}.",
            open=invoice["outstanding_amount"],
            old=open_items.how_old(owed),
        )
        if owed
        else say("nothing outstanding."),
    ]
    return joined(parts)


def _when_due(invoice: Row) -> Sentence:
    if invoice.get("has_instalments"):
        return say("due in instalments")
    own = invoice.get("own_due_date")
    inherited = (
        " (inherited; its own due date is {own})" if own not in (None, invoice["due_date"]) else ""
    )
    return say("due on {due}" + inherited, due=invoice["due_date"], own=own)


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
    return joined(ways, ", ") if ways else say("nothing paid or credited")


def _figures(invoice: Row, owed: Sequence[open_items.OpenItem]) -> Iterator[Figure]:
    for column, label in (
        ("gross_amount", "Invoice amount"),
        ("debtor_id", "Debtor"),
        ("due_date", "Due date used for ageing"),
    ):
        yield Figure(column, say(label), invoice.get(column))
    yield from open_items.figures(owed)


def _movement_part(moved: Sequence[movements.Movement]) -> Part:
    undone = any(each.type in ("receipt_reversal", "write_back") for each in moved)
    partly = any(each.counted != each.amount for each in moved)
    notes = [
        say(
            '"Counts here" is the part of a movement that is allocated to this invoice now. The '
            "balance adds up these parts."
        )
        if partly
        else None,
        say("A reversed payment counts on the day it was received and again when it was reversed.")
        if undone
        else None,
    ]
    return Part(
        "movements",
        "Movements",
        () if moved else (say("There are no movements."),),
        movements.table_of(moved).without("invoice_id") if moved else None,
        tuple(note for note in notes if note is not None),
    )


def _allocation_part(made: Sequence[allocations.Allocation]) -> Part:
    return Part(
        "allocations",
        "Payments and credits matched to it",
        () if made else (say("No payment or credit is matched to it yet."),),
        allocations.table_of(made) if made else None,
        allocations.rules_of(made),
    )


def _due_date(marts: RunMarts, invoice: Row) -> Iterator[Sentence]:
    """Where the due date comes from, if it is not the one on the invoice."""
    own, due = invoice.get("own_due_date"), invoice.get("due_date")
    replaced = invoice.get("replaces_invoice_id")
    if invoice.get("has_instalments"):
        yield say("It is payable by instalments. Each instalment is aged by its own due date.")
    elif replaced and own is not None and own != due:
        chain = _chain(marts, invoice)
        yield say(
            "Its own due date is {own}. It replaces invoice {replaced} to the same debtor"
            + (" ({chain})" if len(chain) > 1 else "")
            + " and so keeps the earlier due date, {due}: a new invoice for the same debt does "
            "not make it younger.",
            own=own,
            replaced=replaced,
            chain=joined([say("which replaces {id}", id=each) for each in chain[1:]], ", "),
            due=due,
        )
    elif replaced:
        yield say(
            "It replaces invoice {replaced}, but keeps its own due date.",
            replaced=replaced,
        )


def _chain(marts: RunMarts, invoice: Row) -> list[str]:
    """The invoices it replaces, in turn, back to the first."""
    chain: list[str] = []
    newer = invoice
    while (older_id := newer.get("replaces_invoice_id")) and older_id not in chain:
        older = marts.only("invoices", invoice_id=older_id, debtor_id=invoice["debtor_id"])
        if older is None:
            break
        chain.append(older_id)
        newer = older
    return chain
