"""Debtor accounts. Every name, address and number is invented, and looks invented.

Telephone numbers come from the regulator's range for drama, email addresses end in `example.org`
or `.invalid`, and no post town or postcode exists.
"""

from typing import Final

from ingestion.simulator.accounts import Debtor, Habit
from ingestion.simulator.books import Books
from ingestion.simulator.catalogue import Service
from ingestion.simulator.chance import Chance
from ingestion.simulator.writer import Cell

_NAMES: Final = {
    "individual": "Sample Person {:04d}",
    "sole_trader": "Sample Trader {:04d}",
    "business": "Example Trading {:04d} Ltd",
    "public_body": "Example Parish Council {:04d}",
}
_HABITS: Final[dict[str, tuple[Habit, ...]]] = {
    "individual": (
        *(Habit.DIRECT_DEBIT,) * 7,
        *(Habit.PROMPT,) * 5,
        *(Habit.LATE,) * 4,
        *(Habit.PART,) * 2,
        Habit.OVER,
        *(Habit.STANDING_ORDER,) * 2,
        *(Habit.RELUCTANT,) * 3,
        Habit.NEVER,
    ),
    "sole_trader": (
        *(Habit.DIRECT_DEBIT,) * 4,
        *(Habit.PROMPT,) * 4,
        *(Habit.LATE,) * 5,
        Habit.PART,
        Habit.OVER,
        *(Habit.RELUCTANT,) * 3,
        *(Habit.NEVER,) * 2,
    ),
    "business": (
        *(Habit.DIRECT_DEBIT,) * 4,
        *(Habit.PROMPT,) * 6,
        *(Habit.LATE,) * 6,
        Habit.PART,
        Habit.OVER,
        Habit.RELUCTANT,
        Habit.NEVER,
    ),
    "public_body": (*(Habit.PROMPT,) * 5, *(Habit.LATE,) * 4, Habit.OVER),
}
_EXACT: Final = frozenset({Habit.DIRECT_DEBIT, Habit.PROMPT, Habit.LATE, Habit.NEVER})
_NEEDS: Final = ("large print", "easy read", "British Sign Language", "telephone only")
_LANGUAGES: Final = ("Polish", "Punjabi", "Urdu", "Romanian")


class Registry:
    """Opens debtor accounts and keeps their details."""

    def __init__(self, books: Books, chance: Chance) -> None:
        self._books = books
        self._chance = chance

    def habit(self, party_type: str, service: Service) -> Habit:
        """Returns a payment habit for the type of party.

        A rent account always pays to the penny. In adult social care nobody waits for a reminder,
        because there is no timetable.
        """
        habits = _HABITS[party_type]
        if service.debt_type == "adult_social_care":
            habits = tuple(habit for habit in habits if habit is not Habit.RELUCTANT)
        if service.debt_type == "commercial_rent":
            habits = tuple(habit for habit in habits if habit in _EXACT)
        return self._chance.choice(habits)

    def open(self, party_type: str, habit: Habit, service: Service, /, **details: Cell) -> Debtor:
        """Opens an account for a service; given details replace the invented ones."""
        number = int(self._books.number("00"))
        row = self._identity(number, party_type) | self._contact(number, party_type) | details
        record = self._books.note("debtors", **row)
        return Debtor(record, habit, service.control_account)

    def amend(self, debtor: Debtor, **changes: Cell) -> None:
        """Records new details of a debtor."""
        self._books.amend(debtor.record, **changes)

    def _identity(self, number: int, party_type: str) -> dict[str, Cell]:
        company = party_type == "business"
        return {
            "debtor_id": f"00{number:06d}",
            "party_id": f"P{number:06d}",
            "party_type": party_type,
            "name": _NAMES[party_type].format(number),
            "company_number": f"ZZ{number:06d}" if company else None,
            "is_related_party": self._chance.happens(0.01),
        }

    def _contact(self, number: int, party_type: str) -> dict[str, Cell]:
        chance = self._chance
        private = party_type in ("individual", "sole_trader")
        domain = "example.org" if private else "council-customers.invalid"
        return {
            "address_line_1": f"{number % 400 + 1} Example Street",
            "address_line_2": "Flat A" if chance.happens(0.1) else None,
            "town": f"Sampleton{' North' if number % 3 else ''}",
            "postcode": f"ZZ{number % 90 + 1} {number % 9 + 1}ZZ",
            "email": f"account{number:06d}@{domain}" if chance.happens(0.7) else None,
            "telephone": f"01632 960{number % 1000:03d}" if chance.happens(0.8) else None,
            "preferred_channel": chance.choice(("letter", "letter", "email", "sms", "phone")),
            "communication_needs": chance.choice(_NEEDS)
            if private and chance.happens(0.04)
            else None,
            "language": chance.choice(_LANGUAGES) if private and chance.happens(0.05) else None,
            "address_status": "withheld" if private and chance.happens(0.01) else "ok",
        }
