"""Holds and disputes: what is stopped, for whom, on which days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tests.laws.second_opinion.agreements import invoices_of
from tests.laws.second_opinion.records import Arrangement, ArrangementInvoice, Books, Dispute

PROTECTIVE = ("breathing_space", "mental_health_crisis", "insolvency", "deceased")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Spell:
    """A time in which something is held.

    Attributes:
        is_hold: false for an open dispute, which acts as a hold but is none.
        ends_on: the last day; blank while it runs.
        order_date: of an insolvency: only debts dated on or before it are reached.
    """

    is_hold: bool
    hold_type: str
    debtor_id: str
    starts_on: date
    ends_on: date | None = None
    invoice_id: str | None = None
    arrangement_id: str | None = None
    order_date: date | None = None

    @property
    def is_protective(self) -> bool:
        """It protects a person."""
        return self.hold_type in PROTECTIVE

    def runs_on(self, day: date) -> bool:
        """Both ends are included."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Held:
    """What may be held: an item of a debtor, with its invoice (if any) and its own date."""

    debtor_id: str
    invoice_id: str | None
    dated: date


def spells(books: Books) -> list[Spell]:
    """Holds, open disputes (no complaints), and the deaths of debtors."""
    return [
        *(
            Spell(
                True,
                hold.hold_type,
                hold.debtor_id,
                hold.starts_on,
                hold.ends_on,
                hold.invoice_id,
                hold.arrangement_id,
                hold.order_date,
            )
            for hold in books.holds
        ),
        *(
            Spell(
                False,
                "dispute",
                dispute.debtor_id,
                dispute.raised_on,
                _last_open_day(books, dispute),
                dispute.invoice_id,
            )
            for dispute in books.disputes
            if dispute.kind == "dispute"
        ),
        *(
            Spell(True, "deceased", debtor.debtor_id, debtor.date_of_death)
            for debtor in books.debtors.values()
            if debtor.date_of_death is not None
        ),
    ]


def _last_open_day(books: Books, dispute: Dispute) -> date | None:
    """The day before it was resolved; if that is still to come it has no end yet."""
    resolved = dispute.resolved_on
    return resolved - ONE_DAY if resolved and resolved <= books.as_of else None


def reaches(books: Books, spell: Spell, held: Held) -> bool:
    """Whether a spell, on the days it runs, reaches an item."""
    if spell.is_protective:
        return _same_person(books, spell.debtor_id, held.debtor_id) and _is_proved(
            books, spell, held
        )
    if spell.invoice_id is not None:
        return held.invoice_id == spell.invoice_id
    if spell.arrangement_id is not None:
        return (
            ArrangementInvoice(spell.arrangement_id, held.invoice_id or "")
            in books.arrangement_invoices
        )
    return held.debtor_id == spell.debtor_id


def _same_person(books: Books, one: str, other: str) -> bool:
    if one == other:
        return True
    parties = [books.debtors[each].party_id for each in (one, other) if each in books.debtors]
    return len(parties) == 2 and parties[0] is not None and parties[0] == parties[1]


def _is_proved(books: Books, spell: Spell, held: Held) -> bool:
    """An insolvency with an order date reaches only debts dated on or before it."""
    if spell.hold_type != "insolvency" or spell.order_date is None:
        return True
    invoice = books.invoices.get(held.invoice_id or "")
    return (invoice.invoice_date if invoice else held.dated) <= spell.order_date


def is_held(books: Books, held: Held) -> bool:
    """A hold, not a mere dispute, reaches the item today."""
    return any(
        spell.is_hold and spell.runs_on(books.as_of) and reaches(books, spell, held)
        for spell in spells(books)
    )


def is_disputed(books: Books, held: Held) -> bool:
    """An open dispute or a hold for a dispute reaches the item today."""
    return any(
        spell.hold_type == "dispute" and spell.runs_on(books.as_of) and reaches(books, spell, held)
        for spell in spells(books)
    )


def holds_arrangement(books: Books, spell: Spell, arrangement: Arrangement) -> bool:
    """A hold that names the arrangement or the whole debtor, or protects one of its invoices."""
    if spell.is_protective:
        owned = [books.invoices[each] for each in invoices_of(books, arrangement)]
        return any(
            reaches(books, spell, Held(each.debtor_id, each.invoice_id, each.invoice_date))
            for each in owned
        )
    if spell.arrangement_id is not None:
        return spell.arrangement_id == arrangement.arrangement_id
    return spell.invoice_id is None and spell.debtor_id == arrangement.debtor_id


def days_held(holding: Iterable[Spell], after: date, until: date) -> int:
    """Days after one day up to another on which any of the spells runs; overlaps count once."""
    holding = list(holding)
    days = [after + timedelta(days=number) for number in range(1, (until - after).days + 1)]
    return sum(any(spell.runs_on(day) for spell in holding) for day in days)
