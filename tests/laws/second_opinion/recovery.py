"""Which stage of recovery comes next, on which day, and what blocks it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.laws.second_opinion.ageing import MartRow, OpenItem
from tests.laws.second_opinion.agreements import listed_invoices
from tests.laws.second_opinion.allocation import Ledger
from tests.laws.second_opinion.arrangements import Compliance
from tests.laws.second_opinion.holds import ONE_DAY, Held, Spell, reaches, spells
from tests.laws.second_opinion.policy import Policy, Stage, Timetable
from tests.laws.second_opinion.records import Books, CaseAction, Invoice
from tests.laws.second_opinion.sides import NOUGHT, Debit, debt_type_of

DOES_NOT_COUNT = ("failed", "returned", "withdrawn")


@dataclass(frozen=True)
class Pursuit:
    """How far recovery of an invoice with a debit open has come.

    Attributes:
        next_stage_on: the day the clock reaches; blank where no clock runs to an end.
        is_due: the day has come and nothing blocks.
        blocked_by: what blocks, sorted, between commas; blank if nothing does.
        balance: pounds open on the invoice, its adjustments included.
        place: of the next stage in its timetable, for the furthest of several.
    """

    invoice_id: str
    debtor_id: str
    last_stage: str | None
    last_stage_on: date | None
    next_stage: str | None
    next_stage_on: date | None
    is_due: bool
    blocked_by: str
    balance: Decimal
    place: int


def pursuits(
    books: Books,
    ledger: Ledger,
    policy: Policy,
    items: Sequence[OpenItem],
    standings: Sequence[Compliance],
    incomplete: Collection[str],
) -> list[Pursuit]:
    """One for each invoice with a debit open, due or not.

    Args:
        books: everything that counts on the day.
        ledger: both sides, allocated.
        policy: timetables and days of notice.
        items: the open items.
        standings: the status and figures of the arrangements.
        incomplete: ids of debtors of whom a row was refused.
    """
    in_credit = debtors_in_credit(items)
    holding = [spell for spell in spells(books) if books.has_come(spell.starts_on)]
    found = []
    for invoice in books.invoices.values():
        debits = [each for each in ledger.items_of([invoice.invoice_id]) if each.outstanding > 0]
        if not debits:
            continue
        held = Held(invoice.debtor_id, invoice.invoice_id, invoice.invoice_date)
        reaching = [spell for spell in holding if reaches(books, spell, held)]
        timetable = policy.timetables.get(debt_type_of(books, invoice) or "", ())
        blocks = {
            *blocks_of_holds(books, reaching),
            *blocks_of_arrangements(books, policy, standings, invoice),
            *blocks_of_referrals(books, invoice),
        }
        if invoice.debtor_id in in_credit:
            blocks.add("open_credit")
        if invoice.debtor_id in incomplete:
            blocks.add("incomplete_data")
        if not timetable:
            blocks.add("no_timetable")
        found.append(pursuit(books, timetable, invoice, debits, reaching, blocks))
    return found


def pursuit(
    books: Books,
    timetable: Timetable,
    invoice: Invoice,
    debits: Sequence[Debit],
    reaching: Sequence[Spell],
    blocks: Collection[str],
) -> Pursuit:
    """How far recovery of one invoice has come: without timetable every stage is blank."""
    balance = sum((each.outstanding for each in debits), NOUGHT)
    done = stages_done(books, invoice)
    last = last_stage(timetable, done, balance)
    last_on = max(done[last.code]) if last else None
    coming = next_stage(timetable, last, balance)
    reached = (
        day_of_the_clock(coming, first_day(invoice, debits), last_on, reaching) if coming else None
    )
    return Pursuit(
        invoice_id=invoice.invoice_id,
        debtor_id=invoice.debtor_id,
        last_stage=last.code if last else None,
        last_stage_on=last_on,
        next_stage=coming.code if coming else None,
        next_stage_on=reached,
        is_due=books.has_come(reached) and not blocks,
        blocked_by=",".join(sorted(blocks)),
        balance=balance,
        place=timetable.index(coming) if coming else -1,
    )


# What was done, and what comes next.


def covers(books: Books, action: CaseAction, invoice: Invoice) -> bool:
    """An action is for the invoices that it names or lists, else for what was past due that day."""
    if action.invoice_id == invoice.invoice_id:
        return True
    if any(
        (each.action_id, each.invoice_id) == (action.action_id, invoice.invoice_id)
        for each in books.case_action_invoices
    ):
        return True
    if action.invoice_id is not None or action.action_id in books.actions_that_list:
        return False
    return action.debtor_id == invoice.debtor_id and invoice.due_date < action.acted_on


def stages_done(books: Books, invoice: Invoice) -> dict[str, list[date]]:
    """The days on which each action code was done for the invoice."""
    done: dict[str, list[date]] = defaultdict(list)
    for action in books.case_actions:
        if action.outcome_code not in DOES_NOT_COUNT and covers(books, action, invoice):
            done[action.action_code].append(action.acted_on)
    return done


def last_stage(timetable: Timetable, done: Collection[str], balance: Decimal) -> Stage | None:
    """The last one done without a gap; a stage whose minimum is not reached leaves no gap."""
    last = None
    for stage in timetable:
        if stage.code in done:
            last = stage
        elif balance >= stage.minimum_balance:
            break
    return last


def next_stage(timetable: Timetable, last: Stage | None, balance: Decimal) -> Stage | None:
    """The first one after the last whose minimum the balance reaches."""
    after = timetable.index(last) + 1 if last else 0
    return next((each for each in timetable[after:] if balance >= each.minimum_balance), None)


# The clock.


def first_day(invoice: Invoice, debits: Iterable[Debit]) -> date:
    """The due day of the earliest instalment still open, else the invoice's own."""
    instalments = [each.due_date for each in debits if each.item_kind == "instalment"]
    return min(instalments, default=invoice.due_date)


def day_of_the_clock(
    stage: Stage, due: date, last_on: date | None, reaching: Sequence[Spell]
) -> date | None:
    """The day on which both counts are reached; none while a hold without end runs."""
    if any(spell.ends_on is None for spell in reaching):
        return None
    reached = after_days(due, stage.not_before_days, reaching)
    if last_on is None or stage.after_previous_days is None:
        return reached
    return max(reached, after_days(last_on, stage.after_previous_days, reaching))


def after_days(start: date, days: int, reaching: Sequence[Spell]) -> date:
    """The day so many days later, days on which a hold runs not counted."""
    day = start
    while days > 0:
        day += ONE_DAY
        if not any(spell.runs_on(day) for spell in reaching):
            days -= 1
    return day


# What blocks a stage.


def blocks_of_holds(books: Books, reaching: Iterable[Spell]) -> set[str]:
    """Protective holds, disputes and other holds that run today."""
    return {
        "statutory_hold"
        if spell.is_protective
        else "dispute"
        if spell.hold_type == "dispute"
        else "hold"
        for spell in reaching
        if spell.runs_on(books.as_of)
    }


def blocks_of_arrangements(
    books: Books, policy: Policy, standings: Iterable[Compliance], invoice: Invoice
) -> set[str]:
    """A live arrangement on the invoice, or one whose breach is too fresh."""
    blocks = set()
    for standing in standings:
        arrangement = books.arrangements[standing.arrangement_id]
        if invoice.invoice_id not in listed_invoices(books, arrangement):
            continue
        if standing.status == "live":
            blocks.add("live_arrangement")
        if (
            standing.breached_on is not None
            and (books.as_of - standing.breached_on).days < policy.breach_notice_days
        ):
            blocks.add("breach_notice")
    return blocks


def blocks_of_referrals(books: Books, invoice: Invoice) -> set[str]:
    """Placed with an agency and neither closed nor called back, or referred and not closed."""
    blocks = set()
    for placement in books.agency_placements:
        is_back = books.has_come(placement.closed_on) or books.has_come(
            placement.recall_acknowledged_on
        )
        if placement.invoice_id == invoice.invoice_id and not is_back:
            blocks.add("agency_placement")
    for case in books.legal_cases:
        if case.invoice_id == invoice.invoice_id and not books.has_come(case.closed_on):
            blocks.add("legal_case")
    return blocks


def debtors_in_credit(items: Iterable[OpenItem]) -> set[str]:
    """Debtors to whom we owe as much as they owe us, due or not."""
    balances: dict[str, Decimal] = defaultdict(lambda: NOUGHT)
    for item in items:
        balances[item.debtor_id] += item.outstanding_amount
    return {debtor_id for debtor_id, balance in balances.items() if balance <= 0}


# What is done about it.


def worklist(books: Books, found: Iterable[Pursuit]) -> list[MartRow]:
    """One action for each debtor: the furthest stage due, for every invoice due at that stage."""
    due: dict[str, list[Pursuit]] = defaultdict(list)
    for each in found:
        if each.is_due:
            due[each.debtor_id].append(each)
    actions: list[MartRow] = []
    for debtor_id, all_due in due.items():
        furthest = max((each.place, each.next_stage) for each in all_due)
        chosen = [each for each in all_due if (each.place, each.next_stage) == furthest]
        debtor = books.debtors.get(debtor_id)
        actions.append(
            {
                "debtor_id": debtor_id,
                "action_code": chosen[0].next_stage,
                "channel": (debtor.preferred_channel if debtor else None) or "letter",
                "invoice_ids": ",".join(sorted(each.invoice_id for each in chosen)),
                "amount": sum((each.balance for each in chosen), NOUGHT),
            }
        )
    return actions
