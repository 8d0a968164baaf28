"""Recovery officers: timetable, promises, arrangements, agencies, court, disputes."""

from datetime import date
from typing import Final, NamedTuple

from ingestion.simulator.accounts import Habit, Invoice
from ingestion.simulator.cashier import Quote
from ingestion.simulator.catalogue import AGENCIES
from ingestion.simulator.diary import Process, later, working_day
from ingestion.simulator.enforcement import issue_fee
from ingestion.simulator.office import Office
from ingestion.simulator.payers import pay
from ingestion.simulator.plans import agree


class Stage(NamedTuple):
    """A row of the timetable: days after the due date and the previous stage, minimum balance."""

    code: str
    not_before: int
    after: int
    minimum: int


TIMETABLE: Final = (
    Stage("reminder", 7, 0, 5),
    Stage("final_notice", 21, 14, 10),
    Stage("contact_attempt", 28, 7, 50),
    Stage("letter_of_claim", 35, 7, 100),
    Stage("agency_referral", 66, 30, 50),
    Stage("legal_referral", 96, 30, 250),
    Stage("write_off_review", 366, 30, 0),
)
_CHASED: Final = frozenset({"sundry", "commercial_rent"})
_BACKLOG: Final = (0, 0, 0, 1, 1, 2, 4, 9)
"""Number of days by which an officer is late."""


def pursue(office: Office, invoice: Invoice) -> Process:
    """Takes an unpaid invoice through the timetable, from its current stage."""
    if invoice.service.debt_type not in _CHASED or invoice.chased:
        return
    invoice.chased = True
    last = None
    for stage in _stages_left(invoice):
        when = later(invoice.parts()[0][0], stage.not_before)
        if last:
            when = max(when, later(last, stage.after))
        yield working_day(later(when, office.chance.choice(_BACKLOG)))
        while invoice.owed > 0 and invoice.blocked(office.today):
            yield working_day(later(office.today, 7))
        if invoice.owed <= 0:
            break
        if invoice.owed < stage.minimum:
            continue
        yield from _take_stage(office, stage, invoice)
        last = office.today
        invoice.stage = stage.code
    invoice.chased = False


def watch(office: Office, day: date) -> Process:
    """Resumes recovery of invoices whose payment was reversed, from that day."""
    while True:
        yield day
        for invoice in office.casework.take_unpaid():
            office.start(pursue(office, invoice))
        day = later(day, 1)


def _stages_left(invoice: Invoice) -> tuple[Stage, ...]:
    codes = [stage.code for stage in TIMETABLE]
    done = codes.index(invoice.stage) + 1 if invoice.stage else 0
    return TIMETABLE[done:]


def _take_stage(office: Office, stage: Stage, invoice: Invoice) -> Process:
    """Carries out a stage and starts what follows from it."""
    if stage.code == "contact_attempt":
        office.start(_contact(office, invoice))
        return
    if stage.code == "reminder" and office.chance.happens(0.012):
        yield from _trace(office, invoice)
    if invoice.owed > 0:
        office.casework.queue(stage.code, invoice)
    if stage.code == "agency_referral" and office.chance.happens(0.5):
        office.start(_agency(office, invoice))
    elif stage.code == "legal_referral" and office.chance.happens(0.6):
        office.start(_court(office, invoice))


def _trace(office: Office, invoice: Invoice) -> Process:
    """A reminder is returned; a month later the debtor is traced, or seems to be."""
    debtor = invoice.debtor
    office.casework.act(debtor, "reminder", [invoice], outcome="returned")
    office.casework.act(debtor, "letter_returned", note="Not known at this address")
    office.people.amend(debtor, address_status="gone_away")
    yield working_day(later(office.today, 30))
    office.casework.act(debtor, "trace")


def _contact(office: Office, invoice: Invoice) -> Process:
    chance = office.chance
    debtor = invoice.debtor
    code = "contact_attempt"
    office.casework.act(debtor, "vulnerability_check")
    if debtor.habit is Habit.RELUCTANT and not debtor.quiet and chance.happens(0.8):
        office.casework.act(
            debtor, code, [invoice], outcome="reached", note="Wants to pay by instalments"
        )
        owing = [one for one in debtor.open if not one.blocked(office.today) and one.owed > 0]
        yield from agree(office, debtor, owing)
        return
    if debtor.habit in (Habit.LATE, Habit.PART) and chance.happens(0.4):
        yield from _promise(office, invoice)
        return
    action = office.casework.act(
        debtor,
        code,
        [invoice],
        outcome=chance.choice(("not_reached", "reached", "refused")),
        diary_on=later(office.today, 7),
    )
    if chance.happens(0.85):
        yield working_day(later(office.today, chance.randint(5, 14)))
        office.casework.finish_diary(action)


def _promise(office: Office, invoice: Invoice) -> Process:
    promised_on = later(office.today, office.chance.randint(3, 14))
    action = office.casework.act(
        invoice.debtor,
        "contact_attempt",
        [invoice],
        outcome="promised",
        diary_on=promised_on,
        promised_amount=invoice.owed,
        promised_on=promised_on,
    )
    yield promised_on
    if office.chance.happens(0.6):
        pay(office, invoice, invoice.owed)
    yield working_day(later(promised_on, 2))
    office.casework.finish_diary(action)


def _agency(office: Office, invoice: Invoice) -> Process:
    chance = office.chance
    agency = chance.choice(AGENCIES)
    yield working_day(later(office.today, 1))
    if invoice.owed <= 0 or invoice.blocked(office.today):
        return
    placement = office.enforcement.place(invoice, agency)
    hopeful = invoice.debtor.habit is not Habit.NEVER and chance.happens(0.6)
    for _ in range(chance.randint(1, 3)):
        yield working_day(later(office.today, chance.randint(25, 50)))
        if hopeful and invoice.owed > 0 and not invoice.debtor.quiet:
            amount = min(invoice.owed, chance.part_of(invoice.gross, 20, 60))
            office.enforcement.collected(placement, invoice, agency, amount)
    yield working_day(later(office.today, 20))
    if chance.happens(0.2):
        office.enforcement.recall(placement, invoice)
    else:
        office.enforcement.close(placement, invoice, "paid" if invoice.owed <= 0 else "no contact")


def _court(office: Office, invoice: Invoice) -> Process:
    chance = office.chance
    yield working_day(later(office.today, 2))
    if invoice.owed <= 0 or invoice.blocked(office.today):
        return
    case = office.enforcement.refer(invoice)
    yield working_day(later(office.today, chance.randint(14, 40)))
    if invoice.owed > 0:
        office.enforcement.issue(case, invoice)
        if not invoice.debtor.exact:
            fee = issue_fee(invoice.owed)
            office.billing.adjust(invoice.debtor, "cost", fee, invoice=invoice, reason="COURT FEE")
        yield working_day(later(office.today, chance.randint(35, 70)))
    if invoice.owed > 0:
        attached = invoice.debtor.party_type == "individual" and chance.happens(0.5)
        office.enforcement.judge(case, invoice, "attachment of earnings" if attached else None)
        if attached:
            yield from _attach(office, invoice)
    yield working_day(later(office.today, 30))
    office.enforcement.end(case, invoice)


def _attach(office: Office, invoice: Invoice) -> Process:
    amount = office.chance.pounds(30, 90)
    for _ in range(office.chance.randint(4, 10)):
        yield working_day(later(office.today, 30))
        pay(
            office,
            invoice,
            min(amount, invoice.owed),
            method="attachment_of_earnings",
            quote=Quote.NAMED,
        )
