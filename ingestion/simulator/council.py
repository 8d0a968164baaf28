"""The order of the council's days, from the first to the last."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

from ingestion.simulator.books import Books
from ingestion.simulator.collectors import watch
from ingestion.simulator.control import expired_override, sign_controls, state_balances
from ingestion.simulator.diary import Clock
from ingestion.simulator.nominal import NominalLedger
from ingestion.simulator.office import Office, standing_data
from ingestion.simulator.panel import WriteOffPanel
from ingestion.simulator.population import Population
from ingestion.simulator.stories import CAST, first_day, tell
from ingestion.simulator.writer import FeedWriter, Periods


class OutOfRangeError(ValueError):
    """An option of the simulation is out of range; the message begins with the option's name."""


_EARLIEST: Final = date(2000, 1, 1)
_LATEST: Final = date(9000, 1, 1)


def simulate(
    inbox: Path, *, debtors: int = 300, days: int = 1095, seed: int = 1, until: date
) -> None:
    """Writes a small council's feeds for the `days` days up to `until` into an inbox.

    The same options give the same bytes on every machine and day. The balances of the nominal
    ledger agree with the debtors ledger as of `until`, and on each earlier file day as known then.

    Args:
        inbox: The folder for the files, created if necessary; files of the same name are replaced.
        debtors: The number of debtor accounts; the stories always add some hundred.
        days: The number of days of business; older debts are brought forward on the first day.
        seed: Another seed gives another council.
        until: The last day.

    Raises:
        OutOfRangeError: An option is out of range; the message names it and its range.
    """
    check_options(debtors=debtors, days=days, until=until)
    start = until - timedelta(days=days - 1)
    with FeedWriter(inbox, Periods(start, until)) as writer:
        books = Books(Clock(), writer, NominalLedger(start, until))
        office = Office.opened(books, seed)
        _staff(office, debtors, start, until)
        for _ in office.clock.days(until):
            office.close_day()
            state_balances(books)


def _staff(office: Office, debtors: int, start: date, until: date) -> None:
    """Starts all processes; the order of starting is their order within each day."""
    books = office.books
    panel = WriteOffPanel(office, debtors)
    population = Population(office, panel, start, until)
    office.start(standing_data(office, first_day(until)))
    tell(office, until)
    office.start(population.arrive(max(0, debtors - CAST)))
    office.start(watch(office, start))
    office.start(panel.meet(start))
    office.start(sign_controls(books, start))
    office.start(expired_override(books, until))


def check_options(*, debtors: int, days: int, until: date) -> None:
    """Refuses options that are out of range.

    Raises:
        OutOfRangeError: An option is out of range.
    """
    if not 1 <= debtors <= 999_999:
        raise OutOfRangeError(f"debtors is {debtors}: give a number from 1 to 999999")
    if not 1 <= days <= 36_525:
        raise OutOfRangeError(f"days is {days}: give a number from 1 to 36525")
    if not _EARLIEST + timedelta(days=days - 1) <= until <= _LATEST:
        raise OutOfRangeError(
            f"until is {until} and days is {days}: all days must lie from {_EARLIEST} to {_LATEST}"
        )
