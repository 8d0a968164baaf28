"""The figures of policy that the second opinion needs, with their shipped values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Stage:
    """One stage of a timetable.

    Attributes:
        code: its name, which is also that of the action that does it.
        not_before_days: days after the due date.
        after_previous_days: days after the last stage that was done; blank for none.
        minimum_balance: pounds that the balance must reach.
    """

    code: str
    not_before_days: int
    after_previous_days: int | None
    minimum_balance: Decimal


Timetable = tuple[Stage, ...]

SHIPPED_TIMETABLE: Timetable = (
    Stage("reminder", 7, None, Decimal("5.00")),
    Stage("final_notice", 21, 14, Decimal("10.00")),
    Stage("contact_attempt", 28, 7, Decimal("50.00")),
    Stage("letter_of_claim", 35, 7, Decimal("100.00")),
    Stage("agency_referral", 66, 30, Decimal("50.00")),
    Stage("legal_referral", 96, 30, Decimal("250.00")),
    Stage("write_off_review", 366, 30, Decimal("0.01")),
)

_INDIVIDUALS = (1, 3, 5, 10, 25, 25, 50, 75, 90, 100, 100)
_BUSINESSES = (1, 2, 4, 8, 20, 20, 40, 65, 85, 100, 100)
_PUBLIC_BODIES = (0, 0, 0, 0, 0, 0, 0, 5, 10, 25, 25)
_BANDS = [
    "not_due",
    "d001_030",
    "d031_060",
    "d061_090",
    "d091_120",
    "d121_180",
    "d181_365",
    "y1_2",
    "y2_3",
    "y3_6",
    "y6_plus",
]
SHIPPED_PROVISION_RATES: Mapping[tuple[str | None, str], Decimal] = {
    (party_type, band): Decimal(rate)
    for party_type, rates in (
        ("individual", _INDIVIDUALS),
        ("sole_trader", _INDIVIDUALS),
        ("business", _BUSINESSES),
        ("public_body", _PUBLIC_BODIES),
    )
    for band, rate in zip(_BANDS, rates, strict=True)
}


@dataclass(frozen=True)
class Policy:
    """Figures that a council may change.

    Attributes:
        day_bands: age bands that end after so many days past due, youngest first.
        year_bands: bands that end on an anniversary of the due date, youngest first.
        oldest_band: what is older than all of them.
        unreferenced_receipts: ``oldest_first``, or ``hold``, which suspends step 5 of allocation.
        tolerance_days: an instalment is expected so many calendar days after it fell due.
        tolerance_amount: an arrangement is breached only above this many pounds.
        breach_notice_days: days from the breach of an arrangement in which recovery waits.
        timetables: the stages of recovery in their order, by debt type; a debt type without any has
            no timetable.
        provision_rates: per cent of open debts that are provided for, by kind of party and age
            band.
    """

    day_bands: tuple[tuple[str, int], ...] = (
        ("not_due", 0),
        ("d001_030", 30),
        ("d031_060", 60),
        ("d061_090", 90),
        ("d091_120", 120),
        ("d121_180", 180),
    )
    year_bands: tuple[tuple[str, int], ...] = (
        ("d181_365", 1),
        ("y1_2", 2),
        ("y2_3", 3),
        ("y3_6", 6),
    )
    oldest_band: str = "y6_plus"
    unreferenced_receipts: str = "oldest_first"
    tolerance_days: int = 5
    tolerance_amount: Decimal = Decimal("1.00")
    breach_notice_days: int = 14
    timetables: Mapping[str, Timetable] = field(
        default_factory=lambda: dict.fromkeys(("sundry", "commercial_rent"), SHIPPED_TIMETABLE)
    )
    provision_rates: Mapping[tuple[str | None, str], Decimal] = field(
        default_factory=lambda: SHIPPED_PROVISION_RATES
    )
