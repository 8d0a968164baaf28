"""Events in debtors' lives: disputes, moratoria, illness, insolvency, death, moving."""

from decimal import Decimal
from typing import Final

from ingestion.simulator.accounts import Debtor, Habit, Invoice
from ingestion.simulator.diary import Process, later, working_day
from ingestion.simulator.office import Office
from ingestion.simulator.payers import settle

_CATEGORIES: Final = ("quality of service", "wrong amount", "not the customer", "already paid")
_SHORT_HOLDS: Final = ("query", "payment_pending", "internal")
_PRIVATE: Final = frozenset({"individual", "sole_trader"})


def upset(office: Office, invoice: Invoice) -> Process:
    """A query or dispute about an invoice soon after it was sent, if any."""
    chance = office.chance
    fate = chance.random()
    yield working_day(later(invoice.dated, chance.randint(4, 40)))
    if invoice.owed <= 0 or invoice.debtor.settling:
        return
    if fate < 0.45:
        yield from _dispute(office, invoice)
    elif fate < 0.6:
        yield from _complaint(office, invoice)
    elif fate < 0.85:
        ends = later(office.today, chance.randint(7, 40))
        office.casework.hold(
            invoice.debtor, chance.choice(_SHORT_HOLDS), office.today, ends, invoice=invoice
        )
    elif not invoice.debtor.exact:
        _goodwill(office, invoice)


def _dispute(office: Office, invoice: Invoice) -> Process:
    chance = office.chance
    amount = invoice.owed if chance.happens(0.7) else chance.part_of(invoice.owed, 20, 60)
    dispute = office.casework.dispute(
        invoice.debtor, chance.choice(_CATEGORIES), invoice=invoice, amount=amount
    )
    yield working_day(later(office.today, chance.randint(10, 60)))
    if chance.happens(0.1):
        return
    fate = chance.random()
    if fate < 0.4 or invoice.debtor.settling or invoice.owed <= 0:
        office.casework.resolve(dispute, invoice, "not_upheld")
    elif fate < 0.65:
        office.casework.resolve(
            dispute,
            invoice,
            "partly_upheld",
            remedy_amount=amount,
            root_cause="fee table out of date",
        )
        office.billing.credit(invoice.debtor, min(amount, invoice.owed), "PRICE", invoice=invoice)
    else:
        office.casework.resolve(dispute, invoice, "upheld", root_cause="wrong meter reading")
        rebill(office, invoice)


def rebill(office: Office, invoice: Invoice) -> Invoice:
    """Credits the open amount of an invoice and raises a corrected, lower one."""
    debtor = invoice.debtor
    lower = office.chance.part_of(invoice.owed, 60, 90)
    office.billing.credit(debtor, invoice.owed, "REBILL", invoice=invoice)
    corrected = office.billing.issue(debtor, invoice.service, lower, replaces=invoice)
    office.start(settle(office, corrected))
    return corrected


def _complaint(office: Office, invoice: Invoice) -> Process:
    complaint = office.casework.dispute(
        invoice.debtor, "conduct of staff", invoice=invoice, kind="complaint"
    )
    yield working_day(later(office.today, 20))
    office.casework.resolve(
        complaint,
        None,
        office.chance.choice(("upheld", "not_upheld", "withdrawn")),
        improvement="Letters reworded",
    )


def _goodwill(office: Office, invoice: Invoice) -> None:
    debtor = invoice.debtor
    if debtor.party_type == "business":
        interest = office.chance.part_of(invoice.owed, 1, 4)
        office.billing.adjust(debtor, "interest", interest, invoice=invoice, reason="LATE")
    elif office.chance.happens(0.5):
        office.billing.adjust(debtor, "fee", Decimal("15.00"), invoice=invoice, reason="RETURNED")
    elif invoice.owed <= 1000:
        office.billing.recharge_rest(invoice)


def fortune(office: Office, debtor: Debtor) -> Process:
    """The events of one debtor in the simulated years; most debtors have none."""
    chance = office.chance
    fate = chance.random()
    yield working_day(later(office.today, chance.randint(30, 1000)))
    if debtor.settling:
        return
    if fate < 0.03 and debtor.party_type in _PRIVATE:
        yield from _breathing_space(office, debtor)
    elif fate < 0.045 and debtor.party_type == "individual":
        yield from _death(office, debtor)
    elif fate < 0.06 and not debtor.exact:
        yield from _insolvency(office, debtor)
    elif fate < 0.08 and debtor.party_type == "individual":
        ends = later(office.today, 90)
        office.casework.hold(debtor, "vulnerability", office.today, ends)
    elif fate < 0.1 and debtor.habit is Habit.NEVER:
        office.casework.act(debtor, "letter_returned", note="Gone away")
        office.people.amend(debtor, address_status="gone_away")
    elif fate < 0.3 and debtor.officer_id:
        office.casework.appoint(debtor)


def _breathing_space(office: Office, debtor: Debtor) -> Process:
    crisis = office.chance.happens(0.2)
    starts = later(office.today, -office.chance.randint(0, 4))
    hold = office.casework.hold(
        debtor,
        "mental_health_crisis" if crisis else "breathing_space",
        starts,
        None if crisis else later(starts, 60),
        reference=f"BS-{debtor.debtor_id}",
    )
    if crisis:
        yield working_day(later(office.today, 120))
        office.casework.end_hold(hold, debtor, later(office.today, 30))


def _death(office: Office, debtor: Debtor) -> Process:
    died = later(office.today, -office.chance.randint(3, 25))
    debtor.quiet = True
    office.people.amend(debtor, date_of_death=died)
    office.casework.hold(debtor, "deceased", died, None)
    yield working_day(later(office.today, 150))
    for invoice in list(debtor.open):
        if office.chance.happens(0.5) and not debtor.settling:
            debtor.quiet = False
            office.start(settle(office, invoice))


def _insolvency(office: Office, debtor: Debtor) -> Process:
    ordered = later(office.today, -office.chance.randint(2, 12))
    debtor.quiet = True
    office.casework.hold(debtor, "insolvency", ordered, None, order_date=ordered)
    yield working_day(later(office.today, 240))
    debtor.quiet = False
