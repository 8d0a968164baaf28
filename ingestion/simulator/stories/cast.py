"""Scripted stories, which every council has whatever its seed; each has its own debtors.

A tale yields the days on which it continues. Days are counted back from the last simulated day.
Rows before the first simulated day become known on that day, as debts brought forward.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ingestion.simulator.accounts import Debtor, Habit, Invoice
from ingestion.simulator.catalogue import SERVICE
from ingestion.simulator.diary import Process, later
from ingestion.simulator.office import Office
from ingestion.simulator.writer import Cell

FIRST_DAY: Final = 2400
"""Number of days before the last day on which the oldest story begins."""
_PLAIN: Final[dict[str, Cell]] = {"address_status": "ok", "is_related_party": False}


@dataclass(frozen=True, slots=True)
class Part:
    """A debtor that a story needs."""

    service: str = "HIGH"
    party_type: str = "individual"
    details: tuple[tuple[str, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A tale with the debtors that it needs."""

    tale: Callable[..., Process]
    cast: tuple[Part, ...] = (Part(),)


@dataclass(frozen=True, slots=True)
class Scene:
    """The office and the last day, for a tale."""

    office: Office
    until: date

    def ago(self, days: int) -> date:
        """Returns the day a number of days before the last one."""
        return later(self.until, -days)

    def bill(self, debtor: Debtor, gross: str, *, due_ago: int, service: str = "NURS") -> Invoice:
        """Bills an amount without VAT, dated today and due some days before the last day."""
        return self.office.billing.issue(
            debtor, SERVICE[service], Decimal(gross), due=self.ago(due_ago)
        )

    def chase(self, invoice: Invoice, *stages: tuple[str, int]) -> Process:
        """Carries out recovery stages, each some days before the last day."""
        for stage, days in stages:
            yield self.ago(days)
            self.office.casework.act(invoice.debtor, stage, [invoice])
            invoice.stage = stage


def perform(scene: Scene, stories: tuple[Story, ...]) -> Process:
    """Opens the accounts of every story and starts the tales."""
    yield scene.ago(FIRST_DAY)
    for story in stories:
        cast = list(_open(scene.office, story))
        scene.office.start(story.tale(scene, *cast))


def _open(office: Office, story: Story) -> Iterator[Debtor]:
    party = None
    for part in story.cast:
        details = dict(part.details)
        if details.get("party_id") == "same":
            details["party_id"] = party
        debtor = office.people.open(
            part.party_type,
            Habit.NEVER,
            SERVICE[part.service],
            **_PLAIN | details,
        )
        party = debtor.record["party_id"]
        yield debtor
