"""Stories of debts before agency or court, and of agencies' remittances."""

from decimal import Decimal
from typing import Final

from ingestion.simulator.accounts import Debtor, Invoice
from ingestion.simulator.cashier import Quote
from ingestion.simulator.catalogue import AGENCIES
from ingestion.simulator.diary import Process, later
from ingestion.simulator.stories.cast import Part, Scene, Story

_GONE: Final = Part(details=(("address_status", "gone_away"),))


def _chased(scene: Scene, invoice: Invoice, letter_ago: int) -> Process:
    """Takes a debt to the letter of claim, some days before the last day."""
    yield from scene.chase(
        invoice, ("reminder", letter_ago + 40), ("final_notice", letter_ago + 20)
    )
    yield scene.ago(letter_ago + 10)
    scene.office.casework.act(invoice.debtor, "vulnerability_check")
    yield from scene.chase(
        invoice, ("contact_attempt", letter_ago + 10), ("letter_of_claim", letter_ago)
    )


def _for_an_agency(scene: Scene, debtor: Debtor) -> Process:
    """A debt is ready to be placed if the debtor can be found."""
    yield scene.ago(150)
    invoice = scene.bill(debtor, "340.00", due_ago=120)
    yield from _chased(scene, invoice, 60)


def _asks_for_documents(scene: Scene, debtor: Debtor) -> Process:
    yield scene.ago(150)
    invoice = scene.bill(debtor, "415.00", due_ago=120)
    yield from _chased(scene, invoice, 60)
    yield scene.ago(50)
    scene.office.casework.act(debtor, "documents_requested", [invoice])


def _for_the_court(scene: Scene, debtor: Debtor) -> Process:
    """An agency returned the debt; a claim is next."""
    yield scene.ago(330)
    invoice = scene.bill(debtor, "860.00", due_ago=300)
    yield from _chased(scene, invoice, 240)
    yield from scene.chase(invoice, ("agency_referral", 200))
    placement = scene.office.enforcement.place(invoice, AGENCIES[0])
    yield scene.ago(80)
    scene.office.enforcement.close(placement, invoice, "no contact")


def _remittances(scene: Scene, penny: Debtor, on_its_way: Debtor, protected: Debtor) -> Process:
    """Commission a penny too high, money not yet booked, a debtor who is now protected."""
    enforcement = scene.office.enforcement
    yield scene.ago(330)
    invoices = [
        scene.bill(debtor, "610.00", due_ago=300) for debtor in (penny, on_its_way, protected)
    ]
    for invoice in invoices:
        scene.office.casework.act(invoice.debtor, "vulnerability_check")
    for stage, days in (
        ("reminder", 290),
        ("final_notice", 270),
        ("contact_attempt", 260),
        ("letter_of_claim", 250),
        ("agency_referral", 110),
    ):
        yield scene.ago(days)
        for invoice in invoices:
            scene.office.casework.act(invoice.debtor, stage, [invoice])
            invoice.stage = stage
    placements = [
        enforcement.place(invoice, agency)
        for invoice, agency in zip(invoices, AGENCIES, strict=True)
    ]
    yield scene.ago(30)
    enforcement.collected(
        placements[0], invoices[0], AGENCIES[0], Decimal("150.00"), mistake=Decimal("0.01")
    )
    yield scene.ago(21)
    scene.office.cashier.take(protected, Decimal("45.00"), "card", Quote.NAMED, invoice=invoices[2])
    yield scene.ago(12)
    scene.office.casework.hold(
        protected, "breathing_space", scene.ago(12), later(scene.ago(12), 60)
    )
    yield scene.ago(2)
    enforcement.collected(
        placements[1], invoices[1], AGENCIES[1], Decimal("200.00"), is_booked=False
    )


HANDED_OVER: Final = (
    Story(_for_an_agency),
    Story(_for_an_agency, (_GONE,)),
    Story(_asks_for_documents),
    Story(_for_the_court),
    Story(_for_the_court, (_GONE,)),
    Story(_for_the_court, (Part(party_type="business", details=(("company_number", None),)),)),
    Story(_remittances, (Part(),) * 3),
)
