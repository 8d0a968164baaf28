"""What was promised, what was expected by now, and whether it was kept."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.laws.second_opinion.agreements import (
    invoices_of,
    is_cancelled,
    is_superseded,
    listed_invoices,
)
from tests.laws.second_opinion.allocation import Ledger
from tests.laws.second_opinion.holds import days_held, holds_arrangement, spells
from tests.laws.second_opinion.policy import Policy
from tests.laws.second_opinion.records import Arrangement, Books
from tests.laws.second_opinion.sides import NOUGHT, Debit

DAYS_BETWEEN = {"weekly": 7, "fortnightly": 14, "four_weekly": 28}


@dataclass(frozen=True)
class Instalment:
    """One promised payment; number 0 is the initial amount."""

    instalment_no: int
    due_on: date
    amount: Decimal
    cumulative_amount: Decimal


@dataclass(frozen=True)
class Compliance:
    """Status and figures of an arrangement; all but the total are blank if it cannot be judged."""

    arrangement_id: str
    debtor_id: str
    status: str
    total_amount: Decimal
    expected_balance: Decimal | None = None
    actual_balance: Decimal | None = None
    shortfall_amount: Decimal | None = None
    paid_to_date: Decimal | None = None
    instalments_expected: int | None = None
    next_due_on: date | None = None
    days_past_due: int = 0
    delinquent_days: int = 0
    breached_on: date | None = None
    reason: str | None = None


def schedule(arrangement: Arrangement) -> list[Instalment]:
    """The initial amount, if any, then instalments until nothing is left."""
    promised: list[Instalment] = []
    initial = arrangement.initial_amount or NOUGHT
    if initial > 0:
        due = arrangement.initial_due_on or arrangement.agreed_on
        promised.append(Instalment(0, due, initial, initial))
    reached, number = initial, 0
    while reached < arrangement.total_amount:
        left = arrangement.total_amount - reached
        is_one_off = arrangement.frequency == "one_off"
        amount = left if is_one_off else min(arrangement.instalment_amount, left)
        reached += amount
        number += 1
        promised.append(Instalment(number, _due_day(arrangement, number), amount, reached))
    return promised


def _due_day(arrangement: Arrangement, number: int) -> date:
    first = arrangement.first_due_on
    if arrangement.frequency in DAYS_BETWEEN:
        return first + timedelta(days=DAYS_BETWEEN[arrangement.frequency] * (number - 1))
    month = first.month - 1 + (number - 1)
    year, month = first.year + month // 12, month % 12 + 1
    return date(year, month, min(first.day, monthrange(year, month)[1]))


def has_usable_data(arrangement: Arrangement) -> bool:
    """The initial amount is neither below nought nor above the total."""
    return 0 <= (arrangement.initial_amount or NOUGHT) <= arrangement.total_amount


def why_not_evaluated(books: Books, arrangement: Arrangement) -> str | None:
    """The reason why the arrangement cannot be judged, if there is one."""
    if not invoices_of(books, arrangement):
        return "no invoices"
    if not has_usable_data(arrangement):
        return "the initial amount does not fit the total"
    return None


class Kept:
    """One arrangement compared with the ledger at ``as_of``."""

    def __init__(
        self, books: Books, ledger: Ledger, policy: Policy, arrangement: Arrangement
    ) -> None:
        self.books = books
        self.policy = policy
        self.arrangement = arrangement
        self.promised = schedule(arrangement)
        owned = invoices_of(books, arrangement)
        self.items = [each for each in ledger.items_of(owned) if self._is_counted(each)]
        self.payments = [
            (each.credit.dated, each.amount)
            for each in ledger.allocations
            if any(each.debit is item for item in self.items)
        ]
        self.actual = self.actual_on(books.as_of)
        self.paid_to_date = max(NOUGHT, arrangement.total_amount - self.actual)

    def _is_counted(self, item: Debit) -> bool:
        """Adjustments dated after the agreement are not part of it."""
        return item.item_kind != "adjustment" or item.document_date <= self.arrangement.agreed_on

    def actual_on(self, day: date) -> Decimal:
        """What was open of its debits, each allocation counting from its credit's date."""
        owed = sum((item.original_amount for item in self.items), NOUGHT)
        return owed - sum((amount for dated, amount in self.payments if dated <= day), NOUGHT)

    def expected_instalments(self, day: date) -> list[Instalment]:
        """Those that fell due so many tolerance days ago."""
        tolerance = timedelta(days=self.policy.tolerance_days)
        return [each for each in self.promised if each.due_on + tolerance <= day]

    def expected_on(self, day: date) -> Decimal:
        """The balance that there should be; never below nought."""
        expected = sum((each.amount for each in self.expected_instalments(day)), NOUGHT)
        return max(NOUGHT, self.arrangement.total_amount - expected)

    def is_breached_on(self, day: date) -> bool:
        """More is open than expected and the tolerance amount together."""
        return self.actual_on(day) > self.expected_on(day) + self.policy.tolerance_amount

    def breached_on(self) -> date:
        """The first day of the breach that lasts until today, not before the agreement."""
        day = self.books.as_of
        while day > self.arrangement.agreed_on and self.is_breached_on(day - timedelta(days=1)):
            day -= timedelta(days=1)
        return day

    def status(self) -> str:
        """The first that holds."""
        if self.actual <= 0:
            return "completed"
        if is_cancelled(self.books, self.arrangement):
            return "cancelled"
        if is_superseded(self.books, self.arrangement):
            return "superseded"
        return "breached" if self.is_breached_on(self.books.as_of) else "live"

    def oldest_unmet(self) -> date | None:
        """The due day of the oldest instalment that is not met and fell due before today."""
        unmet = [
            each.due_on
            for each in self.promised
            if each.cumulative_amount > self.paid_to_date and each.due_on < self.books.as_of
        ]
        return min(unmet, default=None)

    def delinquent_days(self, since: date) -> int:
        """Days past due less the tolerance and less the days held since."""
        holding = [
            spell
            for spell in spells(self.books)
            if holds_arrangement(self.books, spell, self.arrangement)
        ]
        as_of = self.books.as_of
        days = (as_of - since).days - self.policy.tolerance_days
        return max(0, days - days_held(holding, since, as_of))


def compliance(
    books: Books, ledger: Ledger, policy: Policy, arrangement: Arrangement
) -> Compliance:
    """The status and figures of an arrangement today."""
    reason = why_not_evaluated(books, arrangement)
    if reason is not None:
        return Compliance(
            arrangement.arrangement_id,
            arrangement.debtor_id,
            "not_evaluated",
            arrangement.total_amount,
            reason=reason,
        )
    kept = Kept(books, ledger, policy, arrangement)
    status = kept.status()
    runs = status in ("live", "breached")
    expected = kept.expected_on(books.as_of)
    unmet = kept.oldest_unmet() if runs else None
    coming = [each.due_on for each in kept.promised if each.due_on >= books.as_of]
    numbered = [each for each in kept.expected_instalments(books.as_of) if each.instalment_no > 0]
    return Compliance(
        arrangement_id=arrangement.arrangement_id,
        debtor_id=arrangement.debtor_id,
        status=status,
        total_amount=arrangement.total_amount,
        expected_balance=expected,
        actual_balance=kept.actual,
        shortfall_amount=max(NOUGHT, kept.actual - expected),
        paid_to_date=kept.paid_to_date,
        instalments_expected=len(numbered),
        next_due_on=min(coming, default=None) if runs else None,
        days_past_due=(books.as_of - unmet).days if unmet else 0,
        delinquent_days=kept.delinquent_days(unmet) if unmet else 0,
        breached_on=kept.breached_on() if status == "breached" else None,
    )


def arrangement_of(
    books: Books, standings: Iterable[Compliance], invoice_id: str | None
) -> str | None:
    """The latest agreed arrangement on the invoice that is live or breached."""
    running = [
        books.arrangements[each.arrangement_id]
        for each in standings
        if each.status in ("live", "breached")
    ]
    on_it = [each for each in running if invoice_id in listed_invoices(books, each)]
    latest = max(on_it, key=lambda each: each.age, default=None)
    return latest.arrangement_id if latest else None
