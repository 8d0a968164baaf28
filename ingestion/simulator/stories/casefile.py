"""Stories of recovery: moratoria, holds, disputes, every kind of action, agencies and the court."""

from decimal import Decimal
from typing import Final

from ingestion.simulator.accounts import Debtor
from ingestion.simulator.cashier import Quote
from ingestion.simulator.catalogue import AGENCIES
from ingestion.simulator.diary import Process, later
from ingestion.simulator.stories.cast import Part, Scene, Story

_PLAIN_HOLDS: Final = ("dispute", "vulnerability", "query", "payment_pending", "internal")
_ACTIONS: Final = (
    ("phone_call", "not_reached"),
    ("email", "done"),
    ("sms", "done"),
    ("visit", "not_reached"),
    ("note", "done"),
    ("promise", "promised"),
    ("signposted", "done"),
    ("letter_returned", "returned"),
    ("acknowledgment", "done"),
    ("reply_form_received", "disputed"),
    ("documents_requested", "done"),
    ("documents_supplied", "done"),
    ("vulnerability_check", "done"),
    ("safeguarding_check", "done"),
    ("trace", "failed"),
    ("phone_call", "refused"),
    ("phone_call", "paid"),
    ("email", "reached"),
    ("sms", "withdrawn"),
)


def _shared_moratorium(scene: Scene, first: Debtor, second: Debtor) -> Process:
    """Breathing space on one account protects the person's other account."""
    yield scene.ago(110)
    named = scene.bill(first, "150.00", due_ago=90)
    scene.bill(second, "260.00", due_ago=85)
    yield scene.ago(28)
    scene.office.casework.hold(
        first,
        "breathing_space",
        scene.ago(30),
        later(scene.ago(30), 60),
        invoice=named,
        reference="BS-EXAMPLE-1",
    )


def _crisis(scene: Scene, debtor: Debtor) -> Process:
    yield scene.ago(200)
    scene.bill(debtor, "310.00", due_ago=170)
    yield scene.ago(140)
    scene.office.casework.hold(debtor, "mental_health_crisis", scene.ago(140), None)


def _insolvent(scene: Scene, debtor: Debtor) -> Process:
    """Debts before the order are on hold, a later one is not; a dividend comes in."""
    yield scene.ago(330)
    before = scene.bill(debtor, "900.00", due_ago=300)
    yield scene.ago(240)
    scene.office.casework.hold(
        debtor, "insolvency", scene.ago(240), None, order_date=scene.ago(245)
    )
    yield scene.ago(90)
    scene.bill(debtor, "110.00", due_ago=62)
    yield scene.ago(50)
    scene.office.cashier.take(
        debtor, Decimal("63.00"), "insolvency_dividend", Quote.NAMED, invoice=before
    )


def _deceased(scene: Scene, debtor: Debtor) -> Process:
    yield scene.ago(120)
    scene.bill(debtor, "480.00", due_ago=92, service="HOME")
    yield scene.ago(60)
    scene.office.people.amend(debtor, date_of_death=scene.ago(75))
    scene.office.casework.hold(debtor, "deceased", scene.ago(75), None)


def _plain_holds(scene: Scene, *debtors: Debtor) -> Process:
    yield scene.ago(70)
    for number, debtor in enumerate(debtors):
        scene.bill(debtor, f"{120 + number}.00", due_ago=45)
    for number, (debtor, hold_type) in enumerate(zip(debtors, _PLAIN_HOLDS, strict=True)):
        yield scene.ago(35 - number)
        ends = None if number % 2 else later(scene.until, 20)
        invoice = debtor.open[0] if number < 3 else None
        scene.office.casework.hold(debtor, hold_type, scene.office.today, ends, invoice=invoice)


def _disputes(scene: Scene, debtor: Debtor) -> Process:
    casework = scene.office.casework
    yield scene.ago(130)
    first = scene.bill(debtor, "210.00", due_ago=100)
    second = scene.bill(debtor, "330.00", due_ago=100)
    third = scene.bill(debtor, "95.00", due_ago=100)
    yield scene.ago(95)
    casework.dispute(debtor, "wrong amount", invoice=first, amount=Decimal("60.00"))
    settled = casework.dispute(debtor, "already paid", invoice=second, amount=second.owed)
    complaint = casework.dispute(debtor, "conduct of staff", kind="complaint")
    taken_back = casework.dispute(debtor, "quality of service", invoice=third)
    yield scene.ago(70)
    casework.resolve(settled, second, "not_upheld", root_cause="payment was for another debt")
    casework.resolve(
        complaint,
        None,
        "partly_upheld",
        improvement="Call-backs within two days",
        remedy_amount=Decimal("20.00"),
    )
    casework.resolve(taken_back, third, "withdrawn")
    fourth = scene.bill(debtor, "64.00", due_ago=42)
    right = casework.dispute(debtor, "wrong amount", invoice=fourth, amount=fourth.owed)
    yield scene.ago(50)
    casework.resolve(right, fourth, "upheld", root_cause="fee table out of date")
    scene.office.billing.credit(debtor, fourth.owed, "PRICE", invoice=fourth)


def _every_action(scene: Scene, debtor: Debtor) -> Process:
    casework = scene.office.casework
    yield scene.ago(120)
    invoices = [scene.bill(debtor, "140.00", due_ago=100), scene.bill(debtor, "45.00", due_ago=99)]
    yield scene.ago(90)
    casework.act(debtor, "reminder")
    for number, (code, outcome) in enumerate(_ACTIONS):
        yield scene.ago(80 - 2 * number)
        casework.act(debtor, code, invoices[: number % 3], outcome=outcome)
    casework.act(
        debtor,
        "promise",
        invoices,
        outcome="promised",
        diary_on=scene.ago(9),
        promised_amount=Decimal("50.00"),
        promised_on=scene.ago(10),
    )
    done = casework.act(debtor, "note", diary_on=scene.ago(15), note='Said "next week", see file')
    yield scene.ago(14)
    casework.finish_diary(done)
    casework.act(debtor, "note", diary_on=later(scene.until, 6))


def _whole_timetable(scene: Scene, debtor: Debtor) -> Process:
    """A public body's debt goes through every stage."""
    yield scene.ago(520)
    invoice = scene.bill(debtor, "1250.00", due_ago=490, service="HALL")
    yield from scene.chase(
        invoice,
        ("reminder", 480),
        ("final_notice", 465),
        ("contact_attempt", 455),
        ("letter_of_claim", 445),
        ("agency_referral", 410),
        ("legal_referral", 375),
        ("write_off_review", 90),
    )


def _stage_boundaries(scene: Scene, *debtors: Debtor) -> Process:
    """One debt is due for a stage today, another tomorrow."""
    yield scene.ago(60)
    waiting = scene.bill(debtors[2], "300.00", due_ago=40)
    tomorrow = scene.bill(debtors[3], "300.00", due_ago=40)
    today = scene.bill(debtors[0], "300.00", due_ago=7)
    scene.bill(debtors[1], "300.00", due_ago=6)
    yield from scene.chase(waiting, ("reminder", 14))
    yield from scene.chase(tomorrow, ("reminder", 13))
    scene.office.casework.act(today.debtor, "email", [today])


def _placements(scene: Scene, open_one: Debtor, recalled: Debtor, closed: Debtor) -> Process:
    enforcement = scene.office.enforcement
    yield scene.ago(260)
    invoices = [
        scene.bill(debtor, "520.00", due_ago=230) for debtor in (open_one, recalled, closed)
    ]
    for number, stage in enumerate(
        ("reminder", "final_notice", "letter_of_claim", "agency_referral")
    ):
        yield scene.ago(220 - 30 * number)
        for invoice in invoices:
            scene.office.casework.act(invoice.debtor, stage, [invoice])
    placements = [
        enforcement.place(invoice, agency)
        for invoice, agency in zip(invoices, AGENCIES, strict=True)
    ]
    yield scene.ago(90)
    enforcement.collected(placements[0], invoices[0], AGENCIES[0], Decimal("120.00"))
    enforcement.collected(placements[2], invoices[2], AGENCIES[2], Decimal("520.00"))
    yield scene.ago(40)
    enforcement.recall(placements[1], None)
    enforcement.close(placements[2], invoices[2], "paid")


def _claims(scene: Scene, running: Debtor, judged: Debtor, over: Debtor) -> Process:
    enforcement = scene.office.enforcement
    billing = scene.office.billing
    yield scene.ago(400)
    invoices = [scene.bill(debtor, "780.00", due_ago=370) for debtor in (running, judged, over)]
    yield scene.ago(250)
    cases = [enforcement.refer(invoice) for invoice in invoices]
    yield scene.ago(220)
    for case, invoice in zip(cases[1:], invoices[1:], strict=True):
        enforcement.issue(case, invoice)
        billing.adjust(
            invoice.debtor, "cost", Decimal("70.00"), invoice=invoice, reason="COURT FEE"
        )
    yield scene.ago(160)
    enforcement.judge(cases[1], invoices[1], "attachment of earnings")
    enforcement.judge(cases[2], invoices[2], None)
    scene.office.cashier.take(
        over, invoices[2].owed, "bank_transfer", Quote.NAMED, invoice=invoices[2]
    )
    yield scene.ago(100)
    enforcement.end(cases[2], invoices[2])
    for days in (100, 70, 40, 10):
        yield scene.ago(days)
        scene.office.cashier.take(
            judged, Decimal("60.00"), "attachment_of_earnings", Quote.NAMED, invoice=invoices[1]
        )


CASEFILE: Final = (
    Story(_shared_moratorium, (Part(), Part(details=(("party_id", "same"),)))),
    Story(_crisis, (Part(details=(("address_status", "withheld"),)),)),
    Story(_insolvent, (Part(party_type="sole_trader"),)),
    Story(_deceased, (Part("HOME"),)),
    Story(_plain_holds, (Part(),) * len(_PLAIN_HOLDS)),
    Story(_disputes),
    Story(_every_action),
    Story(_whole_timetable, (Part("SLAS", "public_body"),)),
    Story(_stage_boundaries, (Part(),) * 4),
    Story(_placements, (Part(),) * 3),
    Story(_claims, (Part(),) * 3),
)
