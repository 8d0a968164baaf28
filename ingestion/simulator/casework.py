"""The case file: actions and diary, holds, disputes, arrangements, affordability, officers."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from ingestion.simulator.accounts import Arrangement, Debtor, Invoice, Record
from ingestion.simulator.books import Books
from ingestion.simulator.catalogue import officers
from ingestion.simulator.chance import Chance
from ingestion.simulator.diary import later, months_after
from ingestion.simulator.writer import Cell

_STEPS: Final = {"weekly": 7, "fortnightly": 14, "four_weekly": 28}
_FAR_OFF: Final = date(9999, 12, 31)
_RECOVERY: Final = officers("officer", "Recovery")
_LEADER: Final = officers("team_leader")[0].officer_id


def instalment_day(first: date, frequency: str, number: int) -> date:
    """Returns the day of an instalment, counted from 0; in a shorter month, its last day."""
    if frequency == "monthly":
        return months_after(first, number)
    return later(first, _STEPS.get(frequency, 0) * number)


def plan_of(
    total: Decimal, instalment: Decimal, frequency: str, first: date
) -> tuple[tuple[date, Decimal], ...]:
    """Returns equal instalments; the last one is the remainder."""
    if frequency == "one_off":
        return ((first, total),)
    plan: list[tuple[date, Decimal]] = []
    while total > 0:
        amount = min(instalment, total)
        plan.append((instalment_day(first, frequency, len(plan)), amount))
        total -= amount
    return tuple(plan)


class Casework:
    """Writes the case file and records what stops recovery."""

    def __init__(self, books: Books, chance: Chance) -> None:
        self._books = books
        self._chance = chance
        self._queue: dict[tuple[str, str], list[Invoice]] = {}
        self._unpaid: list[Invoice] = []

    def officer_of(self, debtor: Debtor) -> str:
        """Returns the officer of the case, and appoints one if it has none."""
        if debtor.officer_id is None:
            self.appoint(debtor)
        return str(debtor.officer_id)

    def appoint(self, debtor: Debtor) -> None:
        """Allocates the case to an officer."""
        others = [one for one in _RECOVERY if one.officer_id != debtor.officer_id]
        debtor.officer_id = self._chance.choice(others).officer_id
        self._books.note(
            "case_allocations",
            debtor_id=debtor.debtor_id,
            officer_id=debtor.officer_id,
            portfolio=f"{debtor.party_type} {int(debtor.debtor_id) % 3 + 1}",
            from_on=self._books.today,
        )

    def act(
        self,
        debtor: Debtor,
        code: str,
        invoices: Sequence[Invoice] = (),
        *,
        outcome: str = "done",
        dated: date | None = None,
        **more: Cell,
    ) -> Record:
        """Records an action for the given invoices or, without any, for the whole debtor.

        `more` holds the other columns of the feed, such as note, diary_on or promised_amount.
        """
        action_id = self._books.number("CA", 7)
        record = self._books.note(
            "case_actions",
            action_id=action_id,
            debtor_id=debtor.debtor_id,
            invoice_id=invoices[0].invoice_id if len(invoices) == 1 else None,
            action_code=code,
            acted_on=dated or self._books.today,
            officer_id=self.officer_of(debtor),
            outcome_code=outcome,
            **more,
        )
        if len(invoices) > 1:
            for invoice in invoices:
                self._books.note(
                    "case_action_invoices", action_id=action_id, invoice_id=invoice.invoice_id
                )
        return record

    def queue(self, stage: str, invoice: Invoice) -> None:
        """Puts an invoice on today's list for a stage; one letter covers a debtor's invoices."""
        self._queue.setdefault((invoice.debtor.debtor_id, stage), []).append(invoice)

    def close_day(self) -> None:
        """Sends today's letters."""
        for (_, stage), invoices in self._queue.items():
            self.act(invoices[0].debtor, stage, invoices)
        self._queue.clear()

    def list_as_unpaid(self, invoices: Iterable[Invoice]) -> None:
        """Lists invoices whose payment failed, so that recovery resumes."""
        self._unpaid.extend(invoices)

    def take_unpaid(self) -> list[Invoice]:
        """Returns the listed invoices and empties the list."""
        unpaid, self._unpaid = self._unpaid, []
        return unpaid

    def finish_diary(self, action: Record) -> None:
        """Marks a diary entry as completed today."""
        self._books.amend(action, diary_done_on=self._books.today)

    def hold(
        self,
        debtor: Debtor,
        hold_type: str,
        starts: date,
        ends: date | None,
        *,
        invoice: Invoice | None = None,
        **more: Cell,
    ) -> Record:
        """Puts a hold on a debtor or on one invoice, by default without an end."""
        until = ends or _FAR_OFF
        if invoice:
            invoice.held_until = until
        else:
            debtor.held_until = until
        return self._books.note(
            "holds",
            hold_id=self._books.number("H"),
            debtor_id=debtor.debtor_id,
            invoice_id=invoice.invoice_id if invoice else None,
            hold_type=hold_type,
            starts_on=starts,
            ends_on=ends,
            notified_on=self._books.today,
            raised_by=self.officer_of(debtor),
            approved_by=_LEADER,
            **more,
        )

    def end_hold(self, hold: Record, debtor: Debtor, ends: date) -> None:
        """Ends a hold, as a new version of its row."""
        debtor.held_until = ends
        self._books.amend(hold, ends_on=ends)

    def dispute(
        self,
        debtor: Debtor,
        category: str,
        *,
        invoice: Invoice | None = None,
        kind: str = "dispute",
        amount: Decimal | None = None,
    ) -> Record:
        """Records a dispute, which stops recovery of its invoice; a complaint does not."""
        if invoice and kind == "dispute":
            invoice.disputed = True
        today = self._books.today
        return self._books.note(
            "disputes",
            dispute_id=self._books.number("DP"),
            debtor_id=debtor.debtor_id,
            invoice_id=invoice.invoice_id if invoice else None,
            kind=kind,
            stage="stage 1",
            raised_on=today,
            disputed_amount=amount,
            category=category,
            response_due_on=later(today, 14 if kind == "complaint" else 28),
        )

    def resolve(self, dispute: Record, invoice: Invoice | None, outcome: str, **more: Cell) -> None:
        """Decides a dispute or complaint, as a new version of its row."""
        if invoice:
            invoice.disputed = False
        self._books.amend(dispute, outcome=outcome, resolved_on=self._books.today, **more)

    def arrange(
        self,
        debtor: Debtor,
        invoices: Sequence[Invoice],
        instalment: Decimal,
        frequency: str,
        first_due: date,
        *,
        initial: tuple[date, Decimal] | None = None,
        kind: str | None = "informal",
        total: Decimal | None = None,
    ) -> Arrangement:
        """Agrees an arrangement for the open amounts of its invoices."""
        if total is None:
            total = sum((invoice.owed for invoice in invoices), Decimal(0))
        rest = total - (initial[1] if initial else 0)
        arrangement_id = self._books.number("PA", 5)
        record = self._books.note(
            "arrangements",
            arrangement_id=arrangement_id,
            debtor_id=debtor.debtor_id,
            agreed_on=self._books.today,
            first_due_on=first_due,
            frequency=frequency,
            instalment_amount=instalment,
            total_amount=total,
            initial_amount=initial[1] if initial else None,
            initial_due_on=initial[0] if initial else None,
            kind=kind,
            officer_id=self.officer_of(debtor),
        )
        for invoice in invoices:
            invoice.arranged = True
            self._books.note(
                "arrangement_invoices", arrangement_id=arrangement_id, invoice_id=invoice.invoice_id
            )
        plan = plan_of(rest, instalment, frequency, first_due)
        return Arrangement(record, debtor, tuple(invoices), ((initial, *plan) if initial else plan))

    def cancel(self, arrangement: Arrangement, reason: str) -> None:
        """Cancels an arrangement, as a new version of its row; recovery continues."""
        self.release(arrangement)
        self._books.amend(arrangement.record, cancelled_on=self._books.today, cancel_reason=reason)

    def release(self, arrangement: Arrangement) -> None:
        """Resumes recovery of an arrangement's invoices."""
        for invoice in arrangement.invoices:
            invoice.arranged = False

    def assess(self, debtor: Debtor) -> Record:
        """Records a financial statement with at least the debts that the council knows about."""
        chance = self._chance
        income = chance.pounds(900, 2600)
        essential = chance.part_of(income, 55, 85)
        owed = sum((invoice.owed for invoice in debtor.open), Decimal(0))
        priority = chance.part_of(income, 3, 12)
        savings = chance.pounds(0, 20)
        household = chance.randint(1, 5)
        return self.state_means(
            debtor,
            monthly_income=income,
            monthly_essential_expenditure=essential,
            monthly_priority_payments=priority,
            monthly_savings=savings,
            household_size=household,
            number_of_creditors=chance.randint(1, 9),
            total_debt=owed + chance.pounds(300, 9000),
            evidence_seen=chance.choice(("bank statements", "wage slips", "none")),
        )

    def state_means(self, debtor: Debtor, **figures: Cell) -> Record:
        """Records a financial statement dated today; `figures` holds the columns of the feed."""
        return self._books.note(
            "financial_statements",
            statement_id=self._books.number("FS", 5),
            debtor_id=debtor.debtor_id,
            assessed_on=self._books.today,
            **figures,
        )
