"""The figures of policy that the second opinion needs, with their shipped values."""

from dataclasses import dataclass
from decimal import Decimal


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
