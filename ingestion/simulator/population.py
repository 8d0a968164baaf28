"""The council's customers: who is billed for what, when and how much."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ingestion.simulator.accounts import Debtor, Habit, Invoice
from ingestion.simulator.catalogue import SERVICES, Service
from ingestion.simulator.collectors import pursue
from ingestion.simulator.diary import Process, later
from ingestion.simulator.lives import fortune, upset
from ingestion.simulator.office import Office
from ingestion.simulator.panel import WriteOffPanel
from ingestion.simulator.payers import deducted, misposted, settle, standing_order

_SERVED: Final = tuple(service for service in SERVICES for _ in range(service.weight))
_PENNY: Final = Decimal("0.01")
_POOR_PAYERS: Final = frozenset({Habit.NEVER, Habit.RELUCTANT, Habit.LATE})


class Population:
    """Opens accounts and bills them until they leave."""

    def __init__(self, office: Office, panel: WriteOffPanel, start: date, until: date) -> None:
        self._office = office
        self._panel = panel
        self._start = start
        self._span = (until - start).days
        self._latest: Debtor | None = None

    def arrive(self, count: int) -> Process:
        """Opens the customers' accounts: most at the start, the others over the years."""
        chance = self._office.chance
        yield self._start
        for _ in range(count):
            first = self._start
            if chance.happens(0.25):
                first = later(first, chance.randint(0, max(0, self._span - 60)))
            self._office.start(self._customer(chance.choice(_SERVED), first))

    def _customer(self, service: Service, first: date) -> Process:
        office = self._office
        chance = office.chance
        yield first
        debtor = self._open(service)
        leaves = later(first, chance.randint(200, 900)) if chance.happens(0.15) else date.max
        price = chance.pounds(service.low, service.high)
        if first == self._start and debtor.habit in _POOR_PAYERS and chance.happens(0.3):
            self._bring_forward(debtor, service, price)
        for day in service.bill_days(first, chance.randint(1, 28)):
            yield day
            if day > leaves or debtor.settling or debtor.record["date_of_death"]:
                return
            if chance.happens(service.odds):
                self._bill(debtor, service, self._price(price))

    def _open(self, service: Service) -> Debtor:
        office = self._office
        party_type = office.chance.choice(service.customers)
        habit = office.people.habit(party_type, service)
        shared = {}
        twin = self._latest
        if twin and twin.party_type == party_type and office.chance.happens(0.06):
            shared = {"party_id": twin.record["party_id"], "name": twin.name}
            twin.joint = True
        debtor = office.people.open(party_type, habit, service, **shared)
        debtor.joint = bool(shared)
        self._panel.watch(debtor)
        office.start(fortune(office, debtor))
        if habit is Habit.STANDING_ORDER:
            office.start(standing_order(office, debtor, later(office.today, 40)))
        self._mispost(debtor)
        self._latest = debtor
        return debtor

    def _mispost(self, debtor: Debtor) -> None:
        wrong = self._latest
        if wrong and not wrong.exact and not debtor.exact and self._office.chance.happens(0.01):
            self._office.start(self._wrong_account(debtor, wrong))

    def _wrong_account(self, payer: Debtor, wrong: Debtor) -> Process:
        chance = self._office.chance
        yield later(self._office.today, chance.randint(60, 500))
        if not payer.settling and not wrong.settling:
            yield from misposted(self._office, payer, wrong, chance.pounds(20, 90))

    def _bring_forward(self, debtor: Debtor, service: Service, price: Decimal) -> None:
        """Brings forward an old debt from the previous system."""
        dated = later(self._start, -self._office.chance.randint(60, 1200))
        invoice = self._office.billing.issue(debtor, service, price, dated=dated)
        self._office.start(pursue(self._office, invoice))

    def _price(self, price: Decimal) -> Decimal:
        """Returns the price on a day: four per cent more each April, with small changes in use."""
        office = self._office
        today = office.today
        years = today.year - self._start.year + (today.month >= 4)
        use = Decimal(office.chance.randint(96, 106)) / 100
        return (price * (100 + 4 * years) / 100 * use).quantize(_PENNY, rounding=ROUND_HALF_UP)

    def _bill(self, debtor: Debtor, service: Service, net: Decimal) -> None:
        office = self._office
        chance = office.chance
        spread = service.instalments if service.instalments and chance.happens(0.4) else 0
        invoice = office.billing.issue(debtor, service, net, instalments=spread)
        office.start(self._payments(invoice))
        office.start(pursue(office, invoice))
        if chance.happens(0.045):
            office.start(upset(office, invoice))

    def _payments(self, invoice: Invoice) -> Process:
        if invoice.service.deducted_by and invoice.debtor.habit is not Habit.NEVER:
            return deducted(self._office, invoice, later(invoice.due, 14))
        return settle(self._office, invoice)
