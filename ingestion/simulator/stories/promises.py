"""Stories of arrangements: every frequency, status and ending."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ingestion.simulator.accounts import Arrangement, Debtor
from ingestion.simulator.cashier import Quote
from ingestion.simulator.diary import Process, later
from ingestion.simulator.plans import pay_instalment
from ingestion.simulator.stories.cast import Scene, Story


@dataclass(frozen=True, slots=True)
class Deal:
    """An arrangement: its days before the last day, and its payments."""

    frequency: str
    total: str
    instalment: str
    agreed: int
    first_due: int
    paid: int
    initial: str = ""
    kind: str | None = "informal"
    cancelled: int | None = None
    quote: Quote = Quote.BARE_ARRANGEMENT


_DEALS: Final = (
    Deal("monthly", "300.00", "50.00", 130, 120, 4),
    Deal("weekly", "200.00", "10.00", 90, 84, 13, quote=Quote.DEBTOR),
    Deal("fortnightly", "240.00", "20.00", 70, 60, 6, initial="40.00", quote=Quote.ARRANGEMENT),
    Deal("four_weekly", "500.00", "45.00", 100, 90, 4, kind=None),
    Deal("one_off", "150.00", "150.00", 40, -10, 0),
    Deal("monthly", "400.00", "100.00", 150, 140, 1),
    Deal("monthly", "180.00", "60.00", 55, 42, 1),
    Deal("one_off", "120.00", "120.00", 30, 12, 0),
    Deal("monthly", "90.00", "30.00", 200, 190, 3),
    Deal("monthly", "250.00", "25.00", 220, 210, 2, cancelled=110),
    Deal("monthly", "800.00", "80.00", 160, 150, 5, kind="court"),
)


def _deal(scene: Scene, deal: Deal, debtor: Debtor) -> Process:
    office = scene.office
    yield scene.ago(deal.agreed + 60)
    invoice = scene.bill(debtor, deal.total, due_ago=deal.agreed + 32)
    yield from scene.chase(
        invoice, ("reminder", deal.agreed + 20), ("final_notice", deal.agreed + 4)
    )
    yield scene.ago(deal.agreed)
    initial = (office.today, Decimal(deal.initial)) if deal.initial else None
    arrangement = office.casework.arrange(
        debtor,
        [invoice],
        Decimal(deal.instalment),
        deal.frequency,
        scene.ago(deal.first_due),
        initial=initial,
        kind=deal.kind,
    )
    yield from _payments(scene, arrangement, deal)
    if deal.cancelled:
        yield scene.ago(deal.cancelled)
        office.casework.act(debtor, "missed_instalment_notice", [invoice])
        office.casework.cancel(arrangement, "Instalments missed")


def _payments(scene: Scene, arrangement: Arrangement, deal: Deal) -> Process:
    for due, amount in arrangement.plan[: deal.paid + bool(deal.initial)]:
        yield due
        pay_instalment(scene.office, arrangement, amount, deal.quote)


def _teller(deal: Deal) -> Story:
    def tale(scene: Scene, debtor: Debtor) -> Process:
        return _deal(scene, deal, debtor)

    return Story(tale)


def _month_end(scene: Scene, debtor: Debtor) -> Process:
    """An instalment is due on the 31st; in shorter months, on the last day."""
    first = next(_long_month_ends(scene.ago(160)))
    yield later(first, -40)
    invoice = scene.bill(debtor, "420.00", due_ago=180)
    yield later(first, -10)
    arrangement = scene.office.casework.arrange(
        debtor, [invoice], Decimal("60.00"), "monthly", first
    )
    for due, amount in arrangement.plan[:3]:
        yield due
        pay_instalment(scene.office, arrangement, amount, Quote.ARRANGEMENT)
    yield later(arrangement.plan[4][0], 1)
    pay_instalment(scene.office, arrangement, Decimal("120.00"), Quote.ARRANGEMENT)


def _long_month_ends(day: date) -> Iterator[date]:
    while True:
        if day.day == 31:
            yield day
        day = later(day, 1)


def _superseded(scene: Scene, debtor: Debtor) -> Process:
    casework = scene.office.casework
    yield scene.ago(260)
    invoice = scene.bill(debtor, "600.00", due_ago=230)
    yield scene.ago(190)
    casework.arrange(debtor, [invoice], Decimal("100.00"), "monthly", scene.ago(180))
    yield scene.ago(110)
    casework.assess(debtor)
    smaller = casework.arrange(debtor, [invoice], Decimal("40.00"), "monthly", scene.ago(100))
    for due, amount in smaller.plan[:4]:
        yield due
        pay_instalment(scene.office, smaller, amount, Quote.BARE_ARRANGEMENT)


def _without_invoices(scene: Scene, debtor: Debtor) -> Process:
    yield scene.ago(100)
    scene.bill(debtor, "80.00", due_ago=80)
    yield scene.ago(60)
    scene.office.casework.arrange(
        debtor, [], Decimal("20.00"), "monthly", scene.ago(50), total=Decimal("80.00")
    )


def _several_invoices(scene: Scene, debtor: Debtor) -> Process:
    """Two debts are in the arrangement, and a later one is not."""
    yield scene.ago(180)
    invoices = [scene.bill(debtor, "120.00", due_ago=150), scene.bill(debtor, "80.00", due_ago=140)]
    yield scene.ago(95)
    arrangement = scene.office.casework.arrange(
        debtor, invoices, Decimal("50.00"), "monthly", scene.ago(85)
    )
    for due, amount in arrangement.plan[:3]:
        yield due
        pay_instalment(scene.office, arrangement, amount, Quote.DEBTOR)
        if due < scene.ago(60) <= arrangement.plan[1][0]:
            scene.bill(debtor, "300.00", due_ago=30)


PROMISES: Final = (
    *(_teller(deal) for deal in _DEALS),
    Story(_month_end),
    Story(_superseded),
    Story(_without_invoices),
    Story(_several_invoices),
)
