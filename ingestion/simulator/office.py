"""The council's office: all its desks."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from ingestion.simulator.bank import Bank
from ingestion.simulator.billing import Billing
from ingestion.simulator.books import Books
from ingestion.simulator.casework import Casework
from ingestion.simulator.cashier import Cashier
from ingestion.simulator.catalogue import AGENCIES, OFFICERS, SERVICES
from ingestion.simulator.chance import Chance, stream
from ingestion.simulator.diary import Clock, Process
from ingestion.simulator.enforcement import Enforcement
from ingestion.simulator.people import Registry
from ingestion.simulator.write_offs import WriteOffDesk


@dataclass(frozen=True, slots=True)
class Office:
    """The desks that a process may use, and the source of random numbers."""

    books: Books
    bank: Bank
    people: Registry
    billing: Billing
    cashier: Cashier
    casework: Casework
    enforcement: Enforcement
    write_offs: WriteOffDesk
    chance: Chance
    """How debtors behave."""

    @classmethod
    def opened(cls, books: Books, seed: int) -> Self:
        """Returns an office that writes into the given books."""
        bank = Bank(books)
        cashier = Cashier(books, bank, stream(seed, "cash office"))
        return cls(
            books=books,
            bank=bank,
            people=Registry(books, stream(seed, "people")),
            billing=Billing(books, stream(seed, "billing")),
            cashier=cashier,
            casework=Casework(books, stream(seed, "casework")),
            enforcement=Enforcement(books, cashier, bank),
            write_offs=WriteOffDesk(books),
            chance=stream(seed, "behaviour"),
        )

    @property
    def clock(self) -> Clock:
        """The clock of all processes."""
        return self.books.clock

    @property
    def today(self) -> date:
        """The current day."""
        return self.books.today

    def start(self, process: Process) -> None:
        """Starts a process."""
        self.books.clock.start(process)

    def close_day(self) -> None:
        """Sends the day's letters and banks the day's money."""
        self.casework.close_day()
        self.bank.close_day()


def standing_data(office: Office, first_day: date) -> Process:
    """Writes services, officers and agencies on the first day."""
    yield first_day
    for service in SERVICES:
        rent = service.debt_type == "commercial_rent"
        office.books.note(
            "services",
            service_code=service.code,
            service_name=service.name,
            directorate=service.directorate,
            debt_type=service.debt_type,
            cost_centre=service.cost_centre,
            control_account_code=service.control_account if rent else None,
        )
    for officer in OFFICERS:
        office.books.note(
            "officers",
            officer_id=officer.officer_id,
            name=officer.name,
            role=officer.role,
            team=officer.team,
        )
    for agency in AGENCIES:
        office.books.note(
            "agencies",
            agency_id=agency.agency_id,
            agency_name=agency.name,
            commission_rate=agency.commission_rate,
            vat_rate=agency.vat_rate,
        )
