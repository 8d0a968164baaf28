"""Real exports through the product's own intake and models: what is open and how old, day by day.

The figures were calculated from the files by other means. The files are beside the repository.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.intake.inbox import take_inbox
from ingestion.intake.warehouse import open_warehouse
from tests.laws.model_days import ModelDays
from tests.laws.model_marts import Rows

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
REAL = Path(os.environ.get("COUNCIL_REAL_DATA", BESIDE)) / "ar"

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.skipif(not REAL.is_dir(), reason="real input files not present: ../shared/data"),
]

Open = tuple[int, Decimal]

IBM = {
    date(2012, 12, 31): {"not_due": (86, "4936.32"), "overdue": (13, "788.74")},
    date(2013, 3, 31): {"not_due": (85, "5222.37"), "overdue": (9, "681.37")},
    date(2013, 6, 30): {"not_due": (72, "4284.29"), "overdue": (12, "835.56")},
    date(2013, 12, 31): {"not_due": (3, "206.25"), "overdue": (10, "555.65")},
}
IBM_OPEN = {
    date(2012, 12, 31): (99, Decimal("5725.06")),
    date(2013, 3, 31): (94, Decimal("5903.74")),
    date(2013, 6, 30): (84, Decimal("5119.85")),
    date(2013, 12, 31): (13, Decimal("761.90")),
}
HIGHRADIUS_ITEMS = {
    date(2020, 3, 31): {"not_due": 2800, "d001_030": 2219, "d031_060": 9},
    date(2020, 7, 31): {"d001_030": 8, "d031_060": 93, "d061_090": 2698, "d091_180": 6882},
}


def open_by_band(name: str, days: list[date], folder: Path) -> Iterator[dict[str, Open]]:
    """What is open in each age band on each day, of one real file alone in an inbox."""
    inbox = folder / "inbox"
    inbox.mkdir()
    (inbox / Path(name).name).symlink_to(REAL / name)
    warehouse = folder / "income.duckdb"
    with closing(open_warehouse(warehouse)) as connection:
        take_inbox(
            connection,
            inbox=inbox,
            policy=folder / "policy",
            quarantine=folder / "quarantine",
            run_id="real",
            known_at=days[0],
            last_published_known_at=None,
        )
        models = ModelDays(connection, ["open_items"])
        for day in days:
            yield _bands(models.on(day)["open_items"])


def _bands(items: Rows) -> dict[str, Open]:
    found: dict[str, Open] = {}
    for item in items:
        count, pounds = found.get(str(item["age_band"]), (0, Decimal(0)))
        amount = Decimal(str(item["outstanding_amount"]))
        found[str(item["age_band"])] = (count + 1, pounds + amount)
    return found


def total(bands: dict[str, Open]) -> Open:
    return (
        sum(items for items, _ in bands.values()),
        sum((pounds for _, pounds in bands.values()), Decimal(0)),
    )


@pytest.mark.parametrize("name", ["ibm/ibm_ar_padded_mdy.csv", "ibm/ibm_ar_unpadded_mdy.csv"])
def test_ibm_invoices_are_open_until_settled_and_aged_by_due_date(
    name: str, tmp_path: Path
) -> None:
    for day, bands in zip(IBM, open_by_band(name, list(IBM), tmp_path), strict=True):
        overdue = {band: found for band, found in bands.items() if band != "not_due"}
        assert total(bands) == IBM_OPEN[day]
        assert bands["not_due"] == (IBM[day]["not_due"][0], Decimal(IBM[day]["not_due"][1]))
        assert total(overdue) == (IBM[day]["overdue"][0], Decimal(IBM[day]["overdue"][1]))
        assert set(overdue) <= {"d001_030", "d031_060"}


def test_highradius_items_are_aged_by_due_date_each_rounded_half_up(tmp_path: Path) -> None:
    days = list(HIGHRADIUS_ITEMS)
    found = open_by_band("highradius/hr_open_dmy.csv", days, tmp_path)
    for day, bands in zip(days, found, strict=True):
        items = {band: count for band, (count, _) in bands.items()}
        half_year = items.pop("d091_120", 0) + items.pop("d121_180", 0)
        assert items | ({"d091_180": half_year} if half_year else {}) == HIGHRADIUS_ITEMS[day]
    assert total(bands) == (9681, Decimal("310427859.34"))


def test_xero_gives_its_receivables_and_leaves_payables_out(tmp_path: Path) -> None:
    (bands,) = open_by_band("xero/xero_invoice_data.csv", [date(2026, 6, 30)], tmp_path)
    assert total(bands) == (13, Decimal("42841.00"))
