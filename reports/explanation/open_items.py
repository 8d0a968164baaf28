"""Owns what is open: why each item stands in its band, and what stands in the way of recovery."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.explanation.explanation import Figure, Part
from reports.explanation.run_marts import Row, RunMarts
from reports.explanation.sentence import Sentence, joined, say
from reports.explanation.table import Column, Table, total
from reports.site import wording

_CREDIT = "unallocated_credit"
_KINDS = {
    "invoice": "invoice",
    "instalment": "instalment",
    "adjustment": "adjustment",
    "refund": "refund",
    "unallocated_receipt": "receipt",
    "unallocated_credit_note": "credit note",
    "unallocated_write_off": "write-off",
}


@dataclass(frozen=True)
class OpenItem:
    """One item with an open amount, in pounds; credits negative."""

    kind: str
    id: str
    invoice_id: str | None
    due_date: date | None
    original: Decimal
    outstanding: Decimal
    days_past_due: int | None
    band: str
    policy_row: str | None
    is_disputed: bool
    is_held: bool
    arrangement_id: str | None

    @property
    def is_credit(self) -> bool:
        """Whether it is an open credit, which is never netted into a band."""
        return self.band == _CREDIT

    @property
    def is_overdue(self) -> bool:
        """Whether its due date is past; due today is not."""
        return (self.days_past_due or 0) > 0

    @property
    def name(self) -> Sentence:
        """Such as: instalment 1001/2."""
        return say("{kind} {id}", kind=_KINDS.get(self.kind, self.kind), id=self.id)


def read(rows: Iterable[Row]) -> list[OpenItem]:
    """Rows of `open_items`: debits by due date, then credits."""
    found = [
        OpenItem(
            kind=row.get("item_kind") or "invoice",
            id=row["item_id"],
            invoice_id=row.get("invoice_id"),
            due_date=row.get("due_date"),
            original=row.get("original_amount") or row["outstanding_amount"],
            outstanding=row["outstanding_amount"],
            days_past_due=row.get("days_past_due"),
            band=row.get("age_band") or "",
            policy_row=row.get("age_band_policy_row"),
            is_disputed=bool(row.get("is_disputed")),
            is_held=bool(row.get("is_held")),
            arrangement_id=row.get("arrangement_id"),
        )
        for row in rows
    ]
    return sorted(
        found, key=lambda each: (each.is_credit, each.due_date or date.max, each.kind, each.id)
    )


def debits(items: Iterable[OpenItem]) -> list[OpenItem]:
    """What is owed, without the open credits."""
    return [each for each in items if not each.is_credit]


def amount(items: Iterable[OpenItem]) -> Decimal:
    """Pounds open."""
    return total(each.outstanding for each in items)


def band_words(band: str) -> Sentence:
    """A band in words with its code."""
    return say("{words} ({code})", words=_lowered(wording.band(band)), code=band)


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def how_old(items: Sequence[OpenItem]) -> Sentence:
    """Days past due and band of the oldest of some debits, in a few words."""
    oldest = max(items, key=lambda each: (each.days_past_due or 0, each.id))
    days = oldest.days_past_due or 0
    band = band_words(oldest.band)
    which = "the oldest " if len(items) > 1 else ""
    if days > 0:
        told = wording.counted(days, "day")
        return say(which + "{days} past due, band {band}", days=told, band=band)
    if days == 0:
        return say(which + "due today, so not overdue, band {band}", band=band)
    told = wording.counted(-days, "day")
    return say(which + "not due for another {days}, band {band}", days=told, band=band)


def figures(items: Iterable[OpenItem]) -> Iterator[Figure]:
    """What of each open item is compared with the day before."""
    for each in items:
        key = f"open_items/{each.kind}/{each.id}"
        told = (
            ("outstanding_amount", "Open of", each.outstanding),
            ("due_date", "Due date of", each.due_date),
            ("age_band", "Band of", band_words(each.band).written()),
            ("is_disputed", "Dispute on", each.is_disputed),
            ("is_held", "Hold on", each.is_held),
            ("arrangement_id", "Arrangement on", each.arrangement_id),
        )
        for column, label, value in told:
            words = say(label + " {item}", item=each.name)
            together = label + " {count} items"
            yield Figure(f"{key}/{column}", words, value, each.name, together)


_COLUMNS = (
    Column("item_id", "Item"),
    Column("item_kind", "Kind"),
    Column("invoice_id", "Invoice"),
    Column("due_date", "Due"),
    Column("days_past_due", "Days past due", is_figure=True),
    Column("age_band", "Band"),
    Column("original_amount", "Originally", is_figure=True),
    Column("outstanding_amount", "Open", is_figure=True),
    Column("is_disputed", "Disputed"),
    Column("is_held", "On hold"),
    Column("arrangement_id", "Arrangement"),
    Column("age_band_policy_row", "Policy row"),
)


def table_of(items: Sequence[OpenItem]) -> Table:
    """The open items, one line each."""
    table = Table(
        _COLUMNS,
        tuple(
            (
                each.id,
                each.kind,
                each.invoice_id,
                each.due_date,
                each.days_past_due,
                each.band,
                each.original,
                each.outstanding,
                each.is_disputed,
                each.is_held,
                each.arrangement_id,
                each.policy_row,
            )
            for each in items
        ),
    )
    unsaid = [
        name
        for name, said in (
            ("is_disputed", any(each.is_disputed for each in items)),
            ("is_held", any(each.is_held for each in items)),
            ("invoice_id", any(each.invoice_id not in (None, each.id) for each in items)),
        )
        if not said
    ]
    return table.without(*unsaid)


def band_part(marts: RunMarts, items: Sequence[OpenItem], more: Sequence[Sentence] = ()) -> Part:
    """What is open and why in which band.

    Args:
        marts: The run.
        items: What is open, debits and credits.
        more: What else decided the due dates.
    """
    owed = debits(items)
    sentences = [*more] if owed else []
    if not owed:
        sentences.append(say("No debt is open, so nothing stands in a band."))
    elif len(owed) == 1:
        sentences.append(_why(owed[0], marts.as_of))
    else:
        sentences.append(
            say(
                "Each item is aged by its own due date, counted to {as_of}; one due on that day "
                "is not overdue.",
                as_of=marts.as_of,
            )
        )
    if len(owed) > 1:
        sentences.append(_by_band(owed))
    rows = sorted({each.policy_row for each in owed if each.policy_row})
    policy = [policy_words(marts, row) for row in rows]
    if len(owed) < len(items):
        sentences.append(
            say("Open credits have no due date and are in no band; they are never netted into one.")
        )
    return Part(
        "open_items",
        "What is open, and why in this band" if len(owed) == 1 else "What is open, and by band",
        (*sentences, *(policy if len(owed) == 1 else ())),
        table_of(items) if items else None,
        () if len(owed) == 1 else tuple(policy),
    )


def _by_band(owed: Sequence[OpenItem]) -> Sentence:
    bands = sorted({each.band for each in owed}, key=wording.band_order)
    sums = [
        say(
            "{band} {amount}",
            amount=amount(each for each in owed if each.band == band),
            band=_lowered(wording.band(band)),
        )
        for band in bands
    ]
    return say("By band: {sums}.", sums=joined(sums, "; "))


def _why(item: OpenItem, as_of: date) -> Sentence:
    days = item.days_past_due or 0
    if days > 0:
        words = "It was due on {due}, {days} before {as_of}, so it is in band {band}."
    elif days == 0:
        words = "It is due on {due} itself and so not overdue: band {band}."
    else:
        words = "It is due on {due}, {days} after {as_of}, so it is in band {band}."
    return say(
        words,
        due=item.due_date,
        days=wording.counted(abs(days), "day"),
        as_of=as_of,
        band=band_words(item.band),
    )


def policy_words(marts: RunMarts, row: str, on: date | None = None) -> Sentence:
    """What a policy row says and how far it may be relied on."""
    meaning = marts.policy(row, on)
    figure = marts.mark_of(row)
    return say(
        "Policy row {row}" + (": {meaning}" if meaning else "") + (" [{mark}]." if figure else "."),
        row=row,
        meaning=meaning,
        mark=figure.mark if figure else None,
    )


def status_part(
    items: Sequence[OpenItem],
    more: Sequence[Sentence] = (),
    title: str = "Why this status",
) -> Part:
    """What stands in the way of recovery.

    Args:
        items: What is open.
        more: What is said of its arrangements and requests.
        title: Heading for people.
    """
    owed = debits(items)
    disputed = [each for each in owed if each.is_disputed]
    held = [each for each in owed if each.is_held]
    sentences = []
    if disputed:
        sentences.append(
            say(
                "Disputed: an open dispute, or a hold because of one, reaches {which}.",
                which=_which(disputed, owed),
            )
        )
    if held:
        sentences.append(
            say(
                "On hold: a hold in force reaches {which}. Its kind is not published.",
                which=_which(held, owed),
            )
        )
    sentences += more
    if owed and not sentences:
        sentences.append(say("No dispute, no hold and no arrangement stands in the way."))
    if not owed:
        sentences.append(say("No debt is open, so there is nothing to recover."))
    return Part("status", title, tuple(sentences))


def _which(some: Sequence[OpenItem], every: Sequence[OpenItem]) -> Sentence:
    if len(some) == len(every):
        return say("it") if len(every) == 1 else say("all {count} items", count=len(every))
    return say(
        "{some} of {every} items ({amount})",
        some=len(some),
        every=len(every),
        amount=amount(some),
    )
