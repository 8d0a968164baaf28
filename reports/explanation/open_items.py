"""Outstanding items, the reason for each ageing band, and disputes, holds and arrangements."""

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
    """One item with an outstanding amount, in pounds; credits are negative."""

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
        """Whether it is an unallocated credit, which is never netted into an ageing band."""
        return self.band == _CREDIT

    @property
    def is_overdue(self) -> bool:
        """Whether its due date has passed; an item due today is not overdue."""
        return (self.days_past_due or 0) > 0

    @property
    def name(self) -> Sentence:
        """Such as: instalment 1001/2."""
        return say("{kind} {id}", kind=_KINDS.get(self.kind, self.kind), id=self.id)


def read(rows: Iterable[Row]) -> list[OpenItem]:
    """Rows of `open_items`: debits by due date, then credits."""
    items = [
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
        items, key=lambda each: (each.is_credit, each.due_date or date.max, each.kind, each.id)
    )


def debits(items: Iterable[OpenItem]) -> list[OpenItem]:
    """The items that are owed, without unallocated credits."""
    return [each for each in items if not each.is_credit]


def amount(items: Iterable[OpenItem]) -> Decimal:
    """The outstanding amount in pounds."""
    return total(each.outstanding for each in items)


def band_words(band: str) -> str:
    """An ageing band in words inside a sentence: `d031_060` becomes `31 to 60 days`."""
    words = wording.band(band)
    return words[:1].lower() + words[1:]


def how_old(items: Sequence[OpenItem]) -> Sentence:
    """How overdue the oldest of some debits is, with its ageing band."""
    oldest = max(items, key=lambda each: (each.days_past_due or 0, each.id))
    days = oldest.days_past_due or 0
    band = band_words(oldest.band)
    which = "the oldest is " if len(items) > 1 else ""
    if days == 0:
        return say(which + "due today, so not overdue yet")
    counted = wording.counted(abs(days), "day")
    if days < 0:
        return say(which + "not due for another {days}", days=counted)
    return say(which + "{days} overdue (ageing band: {band})", days=counted, band=band)


def figures(items: Iterable[OpenItem]) -> Iterator[Figure]:
    """The facts of each item that are compared with the previous day."""
    for each in items:
        key = f"open_items/{each.kind}/{each.id}"
        facts = (
            ("outstanding_amount", "Outstanding on", each.outstanding),
            ("due_date", "Due date of", each.due_date),
            ("age_band", "Ageing band of", band_words(each.band)),
            ("is_disputed", "Dispute on", each.is_disputed),
            ("is_held", "Hold on", each.is_held),
            ("arrangement_id", "Arrangement on", each.arrangement_id),
        )
        for column, label, value in facts:
            words = say(label + " {item}", item=each.name)
            together = label + " {count} items"
            yield Figure(f"{key}/{column}", words, value, each.name, together)


_COLUMNS = (
    Column("item_id", "Item"),
    Column("item_kind", "Type"),
    Column("invoice_id", "Invoice"),
    Column("due_date", "Due"),
    Column("days_past_due", "Days overdue", is_figure=True),
    Column("age_band", "Ageing band"),
    Column("original_amount", "Original amount", is_figure=True),
    Column("outstanding_amount", "Outstanding", is_figure=True),
    Column("is_disputed", "Disputed"),
    Column("is_held", "On hold"),
    Column("arrangement_id", "Arrangement"),
    Column("age_band_policy_row", "Policy row"),
)


def table_of(items: Sequence[OpenItem]) -> Table:
    """One row for each item."""
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
    all_blank = [
        name
        for name, said in (
            ("is_disputed", any(each.is_disputed for each in items)),
            ("is_held", any(each.is_held for each in items)),
            ("invoice_id", any(each.invoice_id not in (None, each.id) for each in items)),
        )
        if not said
    ]
    return table.without(*all_blank)


def band_part(marts: RunMarts, items: Sequence[OpenItem], more: Sequence[Sentence] = ()) -> Part:
    """The outstanding items and the reason for each ageing band.

    Args:
        marts: The run.
        items: The outstanding debits and credits.
        more: Sentences on where the due dates come from.
    """
    owed = debits(items)
    sentences = [*more] if owed else []
    if not owed:
        sentences.append(say("No debt is outstanding, so there is nothing to age."))
    elif len(owed) == 1:
        sentences.append(_why(owed[0], marts.as_of))
    else:
        sentences.append(
            say(
                "Each item is aged by its own due date, counted to {as_of}. An item due on that "
                "day is not overdue.",
                as_of=marts.as_of,
            )
        )
    if len(owed) > 1:
        sentences.append(_by_band(owed))
    rows = sorted({each.policy_row for each in owed if each.policy_row})
    policy = [policy_words(marts, row) for row in rows]
    if len(owed) < len(items):
        sentences.append(
            say("Unallocated credits have no due date. They are never netted into an ageing band.")
        )
    return Part(
        "open_items",
        "Outstanding amount and ageing band"
        if not owed[1:]
        else "Outstanding amounts by ageing band",
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
            band=band_words(band),
        )
        for band in bands
    ]
    return say("By ageing band: {sums}.", sums=joined(sums, "; "))


def _why(item: OpenItem, as_of: date) -> Sentence:
    days = item.days_past_due or 0
    if days > 0:
        words = "It was due on {due}, {days} before {as_of}, so its ageing band is {band}."
    elif days == 0:
        words = "It is due on {due}, the day of this report, so it is not overdue yet."
    else:
        words = "It is due on {due}, {days} after {as_of}, so it is not overdue."
    return say(
        words,
        due=item.due_date,
        days=wording.counted(abs(days), "day"),
        as_of=as_of,
        band=band_words(item.band),
    )


def policy_words(marts: RunMarts, row: str, on: date | None = None) -> Sentence:
    """What a policy row says, with its mark (how far the council can rely on it)."""
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
    title: str = "Disputes, holds, arrangements and write-off requests",
) -> Part:
    """Disputes, holds, arrangements and requests on some items.

    Args:
        items: The outstanding items.
        more: Sentences on their arrangements and write-off requests.
        title: Heading for people.
    """
    owed = debits(items)
    disputed = [each for each in owed if each.is_disputed]
    held = [each for each in owed if each.is_held]
    sentences = []
    if disputed:
        sentences.append(
            say(
                "Disputed: an open dispute, or a hold for a dispute, covers {which}.",
                which=_which(disputed, owed),
            )
        )
    if held:
        sentences.append(
            say(
                "On hold: a current hold covers {which}. The type of hold is not published.",
                which=_which(held, owed),
            )
        )
    sentences += more
    if owed and not sentences:
        sentences.append(say("There is no dispute, hold or arrangement."))
    if not owed:
        sentences.append(say("No debt is outstanding, so there is nothing to recover."))
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
