"""The council's services, officers and agencies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ingestion.simulator.diary import later, months_after
from ingestion.simulator.nominal import DEBTORS, RENT_DEBTORS

_PEOPLE: Final = ("individual",)
_TRADE: Final = ("business", "sole_trader")
_EVERY_MONTH: Final = tuple(range(1, 13))
_QUARTERS: Final = (1, 4, 7, 10)


@dataclass(frozen=True, slots=True)
class Service:
    """A service that the council charges for. Prices are whole pounds before VAT."""

    code: str
    name: str
    directorate: str
    debt_type: str
    cost_centre: str
    customers: tuple[str, ...]
    low: int
    high: int
    months: tuple[int, ...]
    """Months in which a customer may be billed."""
    odds: float = 1.0
    """Share of these months in which a customer is billed."""
    weight: int = 1
    """Number of customers, relative to the other services."""
    terms: int = 28
    """Days from invoice to due date."""
    vat_code: str = "O"
    vat_rate: Decimal = Decimal(0)
    instalments: int = 0
    """Number of monthly instalments, for some of the customers."""
    every: int = 0
    """Days between bills, if they do not follow `months`."""
    deducted_by: str = ""
    """Method of deduction at source, if any."""

    @property
    def control_account(self) -> str:
        """The nominal account of its invoices."""
        return RENT_DEBTORS if self.debt_type == "commercial_rent" else DEBTORS

    def bill_days(self, first: date, day_of_month: int) -> Iterator[date]:
        """Yields the days on which a customer may be billed, from the first day, without end."""
        if self.every:
            day = later(first, day_of_month)
            while True:
                yield day
                day = later(day, self.every)
        month = 0
        while True:
            day = months_after(first.replace(day=1), month).replace(day=day_of_month)
            if day >= first and day.month in self.months:
                yield day
            month += 1


_STANDARD: Final = Decimal(20)

SERVICES: Final = (
    Service(
        "GARD",
        "Garden waste collection",
        "Environment",
        "sundry",
        "E1010",
        _PEOPLE,
        48,
        69,
        (3,),
        weight=22,
        terms=21,
    ),
    Service(
        "TRAD",
        "Trade waste collection",
        "Environment",
        "sundry",
        "E1020",
        _TRADE,
        180,
        900,
        _QUARTERS,
        weight=14,
        vat_code="S",
        vat_rate=_STANDARD,
        instalments=3,
    ),
    Service(
        "ALLT",
        "Allotment rents",
        "Environment",
        "sundry",
        "E1030",
        _PEOPLE,
        35,
        120,
        (10,),
        weight=10,
        vat_code="E",
    ),
    Service(
        "HALL",
        "Hall and pitch hire",
        "Leisure",
        "sundry",
        "L2010",
        ("individual", "sole_trader", "business"),
        25,
        420,
        (4, 5, 6, 7, 8, 9),
        odds=0.6,
        weight=10,
        vat_code="E",
        terms=14,
    ),
    Service(
        "LICN",
        "Street trading consents",
        "Regulation",
        "sundry",
        "R3010",
        ("sole_trader",),
        240,
        780,
        (4,),
        weight=6,
        instalments=10,
    ),
    Service(
        "HIGH",
        "Highways recharges and skip permits",
        "Highways",
        "sundry",
        "H4010",
        ("business", "sole_trader", "individual"),
        40,
        1900,
        _EVERY_MONTH,
        odds=0.12,
        weight=8,
        vat_code="S",
        vat_rate=_STANDARD,
    ),
    Service(
        "PARK",
        "Car park season tickets",
        "Highways",
        "sundry",
        "H4020",
        ("business", "individual"),
        45,
        160,
        _EVERY_MONTH,
        weight=6,
        vat_code="S",
        vat_rate=_STANDARD,
        terms=14,
    ),
    Service(
        "NURS",
        "Nursery fees",
        "Children",
        "sundry",
        "C5010",
        _PEOPLE,
        140,
        620,
        (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12),
        weight=12,
        terms=14,
    ),
    Service(
        "SALA",
        "Salary overpayments",
        "Resources",
        "sundry",
        "F6010",
        _PEOPLE,
        90,
        1400,
        _EVERY_MONTH,
        odds=0.04,
        weight=3,
        deducted_by="payroll",
    ),
    Service(
        "SLAS",
        "Services to schools and public bodies",
        "Resources",
        "sundry",
        "F6020",
        ("public_body",),
        900,
        9500,
        _QUARTERS,
        weight=8,
        vat_code="S",
        vat_rate=_STANDARD,
        terms=30,
    ),
    Service(
        "HOME",
        "Home care contributions",
        "Adults",
        "adult_social_care",
        "A7010",
        _PEOPLE,
        60,
        480,
        _EVERY_MONTH,
        every=28,
        weight=16,
    ),
    Service(
        "RESI",
        "Residential care contributions",
        "Adults",
        "adult_social_care",
        "A7020",
        _PEOPLE,
        340,
        1300,
        _EVERY_MONTH,
        weight=7,
    ),
    Service(
        "DAYC",
        "Day care and meals",
        "Adults",
        "adult_social_care",
        "A7030",
        _PEOPLE,
        18,
        120,
        _EVERY_MONTH,
        weight=5,
    ),
    Service(
        "SHOP",
        "Shop units",
        "Property",
        "commercial_rent",
        "P8010",
        _TRADE,
        1500,
        5200,
        (3, 6, 9, 12),
        weight=4,
        terms=14,
        vat_code="E",
    ),
    Service(
        "INDU",
        "Industrial units",
        "Property",
        "commercial_rent",
        "P8020",
        _TRADE,
        280,
        1400,
        _EVERY_MONTH,
        weight=6,
        terms=14,
        vat_code="S",
        vat_rate=_STANDARD,
    ),
    Service(
        "HBOV",
        "Housing benefit overpayments",
        "Benefits",
        "housing_benefit_overpayment",
        "B9010",
        _PEOPLE,
        60,
        2400,
        _EVERY_MONTH,
        odds=0.05,
        weight=12,
        deducted_by="benefit_deduction",
    ),
    Service(
        "HBLA",
        "Housing benefit overpayments to landlords",
        "Benefits",
        "housing_benefit_overpayment",
        "B9020",
        _TRADE,
        120,
        1800,
        _EVERY_MONTH,
        odds=0.08,
        weight=2,
    ),
)
SERVICE: Final = {service.code: service for service in SERVICES}

ROLES: Final = (
    "officer",
    "team_leader",
    "income_manager",
    "head_of_finance",
    "section_151",
    "cabinet",
)
_STAFF: Final = (
    ("officer", "Recovery", 8),
    ("officer", "Cash office", 3),
    ("team_leader", "Recovery", 2),
    ("income_manager", "Income", 2),
    ("head_of_finance", "Finance", 1),
    ("section_151", "Finance", 1),
    ("cabinet", "Members", 1),
)


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer of the council."""

    officer_id: str
    name: str
    role: str
    team: str


def _staff() -> Iterator[Officer]:
    number = 0
    for role, team, count in _STAFF:
        for _ in range(count):
            number += 1
            yield Officer(f"O{number:03d}", f"Sample Officer {number:02d}", role, team)


OFFICERS: Final = tuple(_staff())


def officers(role: str, team: str = "") -> tuple[Officer, ...]:
    """Returns the officers of a role, by default of every team."""
    return tuple(one for one in OFFICERS if one.role == role and team in ("", one.team))


@dataclass(frozen=True, slots=True)
class Agency:
    """A collection agency. Rates are per cent."""

    agency_id: str
    name: str
    commission_rate: Decimal
    vat_rate: Decimal


AGENCIES: Final = (
    Agency("AG1", "Example Collections Ltd", Decimal("12.5"), _STANDARD),
    Agency("AG2", "Sample Recoveries Ltd", Decimal(15), _STANDARD),
    Agency("AG3", "Specimen Enforcement Ltd", Decimal(9), _STANDARD),
)
